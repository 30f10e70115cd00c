// The phone's voting core at the command of tests: node peer.cjs BUNDLE, orders as JSON in, answers as JSON out.
'use strict'
const { randomBytes } = require('node:crypto')
const { readFileSync } = require('node:fs')
const { resolve } = require('node:path')

const voting = require(resolve(process.argv[2]))
const drawn = (count) => new voting.Drawn(new Uint8Array(randomBytes(count)))
const bytes = (text) => voting.encodeUtf8(text)
const text = (raw) => voting.decodeUtf8(raw)

const commands = {
  ballots({ election, votes }) {
    const read = voting.Election.parse(bytes(election))
    return votes.map(([code, choices]) => {
      const secret = voting.privateKey(code, read.uuid)
      return text(voting.makeBallot(read, secret, choices, drawn(voting.ballotBytes(read))))
    })
  },
  key({ name }) {
    const { secret, key } = voting.makeSingleKey(drawn(voting.SINGLE_KEY_BYTES), name)
    return { secret: secret.toString(), key: voting.compactText(key.toJson(voting.BELENIOS_2048)) }
  },
  ceremony({ size, threshold }) {
    const indexes = Array.from({ length: size }, (_, place) => place + 1)
    const starts = indexes.map((index) =>
      voting.CeremonyStart.begin(new voting.Seat(size, threshold, index), drawn(voting.CEREMONY_BYTES.begin(threshold))),
    )
    const read = (value) => voting.parseJson(voting.compactText(value))
    const certificates = starts.map((start) => read(start.certificate.signed.toJson()))
    const dealt = starts.map((start) => start.deal(certificates, drawn(voting.CEREMONY_BYTES.deal)))
    const dealings = dealt.map((each) => read(each.dealing.toJson()))
    const shares = indexes.map((index) => {
      const others = indexes.filter((sender) => sender !== index)
      const received = new Map(others.map((sender) => [sender, dealt[sender - 1].shareFor(index)]))
      return dealt[index - 1].conclude(dealings, received, drawn(voting.CEREMONY_BYTES.conclude), `trustee ${index}`)
    })
    const keys = shares.map((share) => share.key.toJson(voting.BELENIOS_2048))
    const trustees = voting.assemble(certificates, dealings, keys)
    return { trustees: text(trustees.raw), secrets: shares.map((share) => share.secret.toString()) }
  },
  decrypt({ election, secret, tally }) {
    const read = voting.Election.parse(bytes(election))
    const parsed = voting.EncryptedTally.parse(read, bytes(tally))
    return text(voting.partialDecryption(read, BigInt(secret), parsed, drawn(voting.decryptionBytes(read))))
  },
  verify({ file }) {
    const proved = voting.verifyArchive(new Uint8Array(readFileSync(file)), { final: true })
    return { result: proved.result.map((row) => row.map(Number)), head: proved.headHash }
  },
  cast({ secret, fingerprint, tracker }) {
    const key = new voting.SigningKey(voting.fromHex(secret))
    return { key: key.publicHex, signature: voting.signCast(key, fingerprint, tracker) }
  },
  seal({ key, plaintext, context }) {
    return voting.seal(key, bytes(plaintext), bytes(context), drawn(voting.BOX_KEY_BYTES))
  },
  open({ key, box, context }) {
    return text(voting.openBox(new voting.BoxKey(voting.fromHex(key)), box, bytes(context)))
  },
}

const { command, ...order } = JSON.parse(readFileSync(0, 'utf8'))
process.stdout.write(JSON.stringify(commands[command](order)))
