/**
 * An auditor keeps and co-signs heads of the board, verifies the whole record on this device, and signs a verdict
 * (backend/tools/auditor.py, signatures.py). No trust in the server is needed: what was kept, what others signed and
 * the record itself are compared.
 */
import type { Assembly } from '@/api/voting'
import { decodeUtf8 } from '@/voting/bytes'
import { hexSha256 } from '@/voting/encoding'
import { VerificationError } from '@/voting/errors'
import type { WritableFields } from '@/voting/json'
import { recompute } from '@/voting/outcome'
import { type Paper, checkPaper, parsePaper } from '@/voting/paper'
import { type Document, canonicalText, verifyStatement } from '@/voting/signing'
import { fetchPinned } from '@/stores/voting/record'
import { CHAINS } from '@/stores/voting/archives'
import { updateBoard } from './board'
import { ownKeys } from './keys'
import { type OfficeParts, type OnProgress, type Place, Withheld, guarded } from './parts'
import {
  type Counted,
  WITH_RESULT,
  checkOneAssembly,
  checkResult,
  headsOf,
  itemsOf,
  paperSha256Of,
  readResult,
} from './resultFile'
import { type VerifiedElection, checkCosignatures, electionsOf, partOf, verifyElection } from './verifying'

export const VERDICTS = ['AGREE', 'AGREE_WITH_REMARKS', 'REFUSE'] as const
export type Verdict = (typeof VERDICTS)[number]

/** What an auditor's device saw of one board. */
export interface Watched {
  uuid: string
  scope: string
  heights: { heads: number; area: number }
  /** The heads' height that was kept before; null at the first visit. */
  before: number | null
  isCosigned: boolean
}

/** Fetches the boards, checks that they continue what was kept, keeps their heads and co-signs them. */
export function watchBoards(
  parts: OfficeParts,
  assembly: Assembly,
  place: Place,
  onProgress?: OnProgress,
): Promise<Watched[]> {
  return guarded(async () => {
    const uuids = electionsOf(assembly)
    const seen: Watched[] = []
    for (const [number, uuid] of uuids.entries()) {
      seen.push(await watchOne(parts, assembly, place, uuid, partOf(onProgress, number, uuids.length)))
    }
    return seen
  })
}

async function watchOne(
  parts: OfficeParts,
  assembly: Assembly,
  place: Place,
  uuid: string,
  onProgress: OnProgress,
): Promise<Watched> {
  const { signing } = ownKeys(parts, assembly, place)
  const { manifest } = await fetchPinned(parts, uuid, place.assembly)
  const { head, before } = await updateBoard(parts, place, manifest, onProgress)
  const isNamed = manifest.auditors.some(({ key }) => key === signing.publicHex)
  if (isNamed) {
    const signature = signing.sign('cosign', head.document)
    await parts.office.cosign(uuid, { document: head.document, signature })
  }
  const { heads, area } = head.tips
  return {
    uuid,
    scope: manifest.scope,
    heights: { heads: heads.height, area: area.height },
    before: before?.tips.heads.height ?? null,
    isCosigned: isNamed,
  }
}

/** What holds of one election, for the page to tell. */
export interface ElectionFindings {
  uuid: string
  scope: string
  stage: string
  electors: number
  ballots: number
  voted: number
  cosignatures: number
  devices: number
  /** Null where there is no paper.json, or it is not for the caller. */
  papers: number | null
  isDecided: boolean
}

/** A record that holds: the findings, and what a verdict on it says. */
export interface Findings {
  elections: ElectionFindings[]
  /** Whether result.json is there; it is then signed, and is what the records and the law give. */
  hasResult: boolean
  /** What the law gives for each item, as in result.json; empty before there is a result. */
  items: WritableFields
  verdicts: number
  /** What a verdict is about; null before there is a result. */
  subject: WritableFields | null
}

/** Verifies the whole record of an assembly. Rejects with a `CallFailed`, `Untrusted` for the first rule broken. */
export function verifyRecord(parts: OfficeParts, place: Place, onProgress?: OnProgress): Promise<Findings> {
  return guarded(async () => {
    const now = await parts.calls.assembly(place.assembly)
    const uuids = electionsOf(now)
    const result = WITH_RESULT.has(now.stage) ? await readResult(parts, place.assembly) : null
    const examined: Examined[] = []
    for (const [number, uuid] of uuids.entries()) {
      const tell = partOf(onProgress, number, uuids.length)
      examined.push(
        await examine(parts, place, uuid, result !== null && paperSha256Of(result, uuid) !== null, tell),
      )
    }
    checkOneAssembly(examined)
    if (result) await checkResult(parts, examined, result)
    const subject = result && subjectOf(examined, result.raw)
    const verdicts = subject ? await checkVerdicts(parts, place, examined, subject) : 0
    const elections = examined.map(({ findings }) => findings)
    return { elections, hasResult: result !== null, items: itemsOf(examined), verdicts, subject }
  })
}

/** One election, verified, with everything that was signed about it. */
interface Examined extends VerifiedElection, Counted {
  findings: ElectionFindings
}

async function examine(
  parts: OfficeParts,
  place: Place,
  uuid: string,
  withPaper: boolean,
  onProgress: OnProgress,
): Promise<Examined> {
  const verified = await verifyElection(parts, place, uuid, onProgress)
  const { pinned, archives } = verified
  const { manifest } = pinned
  const paperRaw = withPaper ? await parts.office.paper(uuid) : null
  const paper = paperRaw && readPaper(paperRaw, verified)
  const isDecided = archives.heads.stage === 'result' && archives.area.stage === 'result'
  return {
    ...verified,
    items: isDecided ? recompute(pinned, archives, paper) : {},
    paperSha256: paperRaw && hexSha256(paperRaw),
    findings: {
      uuid,
      scope: manifest.scope,
      stage: archives.heads.stage,
      electors: archives.heads.credentials.size,
      ballots: archives.heads.ballotHashes.length,
      voted: archives.heads.numTallied,
      cosignatures: await checkCosignatures(parts, verified),
      devices: await checkDevices(parts, verified),
      papers: paper && paper.entries.length,
      isDecided,
    },
  }
}

function readPaper(raw: Uint8Array, { pinned, archives }: VerifiedElection): Paper {
  const paper = parsePaper(raw)
  checkPaper(paper, pinned.manifest, pinned.roll, archives.heads)
  return paper
}

/** Verifies that every ballot on the board was signed by the device of an owner. */
async function checkDevices(parts: OfficeParts, { pinned, archives }: VerifiedElection): Promise<number> {
  const { fingerprint } = archives.heads.election
  const acts = await parts.office.deviceSignatures(pinned.manifest.uuid)
  const open = new Set(archives.heads.ballotHashes)
  for (const { tracker, sign_key: key, signature } of acts) {
    if (!open.delete(tracker)) {
      throw new VerificationError(
        'device-signature',
        `no board has the ballot ${tracker}, or it stands twice`,
      )
    }
    verifyStatement(key, 'cast', { fingerprint, tracker }, signature)
    await parts.pause()
  }
  if (open.size > 0) {
    throw new VerificationError('device-signature', `${open.size} ballots have no device signature`)
  }
  return acts.length
}

/** What an auditor signs besides the verdict itself: exactly what it is about. */
function subjectOf(examined: readonly Examined[], result: Uint8Array): WritableFields {
  const { manifest } = (examined[0] as Examined).pinned
  const elections = examined.map((each) => [each.findings.uuid, headsOf(each.archives)])
  return {
    assembly: manifest.assembly,
    drill: manifest.drill,
    result_sha256: hexSha256(result),
    elections: Object.fromEntries(elections),
  }
}

/** Verifies the verdicts of other auditors, each about these boards and this result; returns how many. */
async function checkVerdicts(
  parts: OfficeParts,
  place: Place,
  examined: readonly Examined[],
  subject: WritableFields,
): Promise<number> {
  const raw = await parts.office.audit(place.assembly)
  const audit = JSON.parse(decodeUtf8(raw)) as { verdicts: SignedVerdict[] }
  const { auditors } = (examined[0] as Examined).pinned.manifest
  for (const { name, key, document, signature } of audit.verdicts) {
    if (!auditors.some((each) => each.key === key && each.name === name)) {
      throw new VerificationError('verdict', `${name} is not named in the manifest with this key`)
    }
    verifyStatement(key, 'verdict', document, signature)
    const { verdict, remarks } = document
    if (
      canonicalText(document) !==
      canonicalText({ ...subject, verdict: verdict ?? null, remarks: remarks ?? null })
    ) {
      throw new VerificationError('verdict', 'a verdict is about other boards or another result')
    }
  }
  return audit.verdicts.length
}

interface SignedVerdict {
  name: string
  key: string
  document: Document
  signature: string
}

/**
 * Signs a verdict on what was verified, and hands it in. Agreement has no remarks, everything else at least one;
 * a refusal may be signed on a record that does not hold, then `subject` is what the server names.
 */
export async function signVerdict(
  parts: OfficeParts,
  assembly: Assembly,
  place: Place,
  subject: WritableFields,
  verdict: Verdict,
  remarks: readonly string[],
): Promise<void> {
  if ((verdict === 'AGREE') !== (remarks.length === 0)) throw new Withheld('noRemark')
  const { signing } = ownKeys(parts, assembly, place)
  const document = { ...subject, verdict, remarks } as Document
  const signature = signing.sign('verdict', document)
  await parts.office.sendVerdict(place.assembly, { document: JSON.parse(canonicalText(document)), signature })
}

/**
 * What a refusal is about when the record does not hold: the boards as the server signs them now, and the result as
 * it gives it, neither believed.
 */
export async function unverifiedSubject(
  parts: OfficeParts,
  assembly: Assembly,
  place: Place,
): Promise<WritableFields> {
  if (!WITH_RESULT.has(assembly.stage)) throw new Withheld('noResult')
  const result = await parts.office.result(place.assembly)
  const elections = await Promise.all(
    electionsOf(assembly).map(async (uuid) => {
      const { document } = await parts.calls.head(uuid)
      const tips = CHAINS.map((chain) => {
        const { height, hash } = (document as Record<string, { height: number; hash: string }>)[chain] ?? {}
        return [chain, { height: height ?? 0, hash: hash ?? '' }] as const
      })
      return [uuid, Object.fromEntries(tips)] as const
    }),
  )
  return {
    assembly: assembly.id,
    drill: assembly.drill,
    result_sha256: hexSha256(result),
    elections: Object.fromEntries(elections),
  }
}
