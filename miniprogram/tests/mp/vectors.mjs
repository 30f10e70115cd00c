// Makes the ballots of tests/vectors/voting.json with the voting code of the built mini-program, in the bare realm, and
// compares them with those that Python's core wrote. Run: node tests/mp/vectors.mjs (after npm run build:mp-weixin)
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Realm } from './realm.mjs'

const vectors = JSON.parse(
  readFileSync(new URL('../../../tests/vectors/voting.json', import.meta.url), 'utf8'),
)
const realm = new Realm()
realm.load('app.js')
const { Election } = realm.load('voting/election.js')
const { ballotBytes, makingBallot } = realm.load('voting/ballot.js')
const { Drawn } = realm.load('voting/random.js')
const { finish } = realm.load('voting/work.js')

function sha256(content) {
  return createHash('sha256').update(content)
}

/** The bytes of a stream of chance, as the script that wrote the vectors draws them. */
function streamBytes(name, count) {
  const blocks = Array.from({ length: Math.ceil(count / 32) }, (_, block) =>
    sha256(`${name}|${block}`).digest(),
  )
  return new Uint8Array(realm.bufferOf(Buffer.concat(blocks).subarray(0, count)))
}

/** The text that a reference stands for. */
function textOf({ text, raw }) {
  return raw ?? vectors.texts[text]
}

function made({ election: name, stream, secret, choices }) {
  const text = textOf(vectors.elections[name].raw)
  const election = Election.parse(new Uint8Array(realm.bufferOf(Buffer.from(text))))
  const drawn = new Drawn(streamBytes(stream, ballotBytes(election)))
  return Buffer.from(finish(makingBallot(election, BigInt(secret), choices, drawn)))
}

let compared = 0
for (const vector of vectors.ballots) {
  const raw = made(vector)
  if (vector.ballot) {
    assert.equal(raw.toString('utf8'), textOf(vector.ballot), vector.stream)
    compared += 1
  }
  assert.equal(sha256(raw).digest('hex'), vector.tracker_hex, vector.stream)
}
assert.ok(compared > 0, 'no vector holds its ballot')
console.log(`mp-weixin: ${vectors.ballots.length} ballots are those of the vectors`)
