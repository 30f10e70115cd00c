/**
 * Measures the voting core in this Node: node bench/voting.mjs BUNDLE < ORDER.json, one JSON line out.
 *
 * ORDER holds `election` (election.json), `secret`, `choices`, and, to verify, `archive` (a file). Times are
 * medians of processor time in milliseconds; tables are made before a ballot is, and told on their own.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'

const voting = createRequire(import.meta.url)(resolve(process.argv[2]))
const order = JSON.parse(readFileSync(0, 'utf8'))
const election = voting.Election.parse(new TextEncoder().encode(order.election))

/** Return the processor time that an act takes; who else is busy on the machine should not count. */
function milliseconds(act) {
  const started = process.cpuUsage()
  act()
  const { user, system } = process.cpuUsage(started)
  return (user + system) / 1000
}

function median(times) {
  return times.sort((left, right) => left - right)[times.length >> 1]
}

function drawn() {
  return new voting.Drawn(new Uint8Array(randomBytes(voting.ballotBytes(election))))
}

/** The longest step, since a page is still for as long. */
function longestStep(work) {
  let longest = 0
  for (let done = false; !done;)
    longest = Math.max(
      longest,
      milliseconds(() => (done = work.next().done)),
    )
  return longest
}

const secret = BigInt(order.secret)
const tables = milliseconds(() => voting.finish(voting.preparingBallot(election)))
const make = () => voting.makeBallot(election, secret, order.choices, drawn())
const ballots = Array.from({ length: 30 }, make)
const makes = Array.from({ length: 30 }, () => milliseconds(make))
const checks = ballots.map((raw) =>
  milliseconds(() => voting.checkBallot(election, voting.parseBallot(election, raw), true)),
)
const answer = {
  tables,
  make: median(makes),
  check: median(checks),
  step: longestStep(voting.makingBallot(election, secret, order.choices, drawn())),
}
if (order.archive) {
  const file = new Uint8Array(readFileSync(order.archive))
  answer.verify = milliseconds(() => (answer.ballots = voting.verifyArchive(file).ballotHashes.length))
}
process.stdout.write(`${JSON.stringify(answer)}\n`)
