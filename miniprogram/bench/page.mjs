/**
 * Measures the voting core in Chromium: node bench/page.mjs BUNDLE CHROMIUM RATE < ORDER.json, one JSON line out.
 *
 * ORDER is that of bench/voting.mjs, without an archive. RATE slows the processor that many times. Times are medians
 * in milliseconds; `tables` is what building them takes, `make` a ballot, `step` the longest time a page is still.
 */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { chromium } from 'playwright-core'

const [bundle, executablePath, rate] = process.argv.slice(2)
const code = readFileSync(bundle, 'utf8')
const order = JSON.parse(readFileSync(0, 'utf8'))

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
const page = await browser.newPage()
await page.addScriptTag({
  content: `const exports = {}, module = { exports }; ${code}; window.voting = module.exports`,
})
const session = await page.context().newCDPSession(page)
await session.send('Emulation.setCPUThrottlingRate', { rate: Number(rate) })
const hex = randomBytes(20_000).toString('hex')
const answer = await page.evaluate(measured, { order, hex })
await browser.close()
process.stdout.write(`${JSON.stringify({ rate: Number(rate), ...answer })}\n`)

function measured({ order: given, hex: chance }) {
  const { voting } = window
  const election = voting.Election.parse(voting.encodeUtf8(given.election))
  const timed = (act) => {
    const started = performance.now()
    act()
    return performance.now() - started
  }
  const make = () =>
    voting.makingBallot(
      election,
      BigInt(given.secret),
      given.choices,
      new voting.Drawn(voting.fromHex(chance)),
    )
  const steps = []
  const tables = timed(() => voting.finish(voting.preparingBallot(election)))
  const makes = Array.from({ length: 15 }, () => timed(() => voting.finish(make())))
  const work = make()
  for (let done = false; !done;) steps.push(timed(() => (done = work.next().done)))
  return { tables, make: makes.sort((left, right) => left - right)[7], step: Math.max(...steps) }
}
