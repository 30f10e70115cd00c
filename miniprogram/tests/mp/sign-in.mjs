// Signs in by WeChat in the built mini-program, and prints what came of it: `session` as the phone keeps it, `device`
// once its keys are registered, `visits` to other pages, or the `refusal` that the page shows.
// Environment: APP_URL, LOGIN_CODE and PHONE_CODE (of the stand-in of WeChat).
import { Phone, until } from './phone.mjs'

const { APP_URL, LOGIN_CODE, PHONE_CODE } = process.env
const phone = new Phone(APP_URL, LOGIN_CODE)
const page = await phone.signIn(PHONE_CODE)
const refusal = () => page.child('failure-note').texts()
const device = () => {
  const place = `secret/${phone.storage.get('session')?.accountId}/device`
  return JSON.parse(phone.storage.get(place) ?? '{}').id ?? null
}
await until(() => device() !== null || refusal().length > 0)
const session = phone.storage.get('session') ?? null
console.log(JSON.stringify({ session, device: device(), visits: phone.visits, refusal: refusal() }))
