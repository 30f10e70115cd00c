// An owner signs in by WeChat in the built mini-program and votes by the code of the notice; prints the tracker that
// the page shows in the end. Environment: APP_URL, LOGIN_CODE, PHONE_CODE (of the stand-in of WeChat), ASSEMBLY, CODE.
import assert from 'node:assert/strict'
import { Phone, until } from './phone.mjs'

const { APP_URL, LOGIN_CODE, PHONE_CODE, ASSEMBLY, CODE } = process.env
const ANSWERS = ['for', 'against']
const phone = new Phone(APP_URL, LOGIN_CODE)
await phone.signIn(PHONE_CODE)
await until(() => phone.storage.has('session'))
const page = phone.realm.open('pages-vote/cast/cast', { id: ASSEMBLY })

await until(() => page.shows('code-step'))
page.emit('code-step', 'enter', CODE)
await until(() => page.shows('choose-step'))
const [ballot] = page.child('choose-step').props.ballots
for (const [place, { id }] of ballot.items.entries()) {
  page.emit('choose-step', 'choose', ballot.uuid, id, ANSWERS[place])
}
await until(() => page.child('choose-step').props.missing === 0)
page.emit('choose-step', 'review')
await until(() => page.shows('review-step') && page.child('review-step').props.isEncrypted)
const [reviewed] = page.child('review-step').props.ballots
page.emit('review-step', 'cast')
await until(() => page.shows('done-step'))
const [{ state, tracker }] = page.child('done-step').props.outcomes
assert.equal(state, 'cast')
assert.equal(tracker, reviewed.tracker, 'what was cast is what was shown')
assert.ok(!JSON.stringify([...phone.storage]).includes(CODE), 'the code was kept')
console.log(JSON.stringify({ tracker, answers: reviewed.choices.map(({ answer }) => answer) }))
