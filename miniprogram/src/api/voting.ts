/** Owners' assemblies as a voter calls them: what is decided, the own entry, the ballot, the board, the result. */
import type { Client } from './client'
import type { components } from './schema'
import { server } from './server'

type Schemas = components['schemas']

export type Assembly = Schemas['AssemblyView']
export type AssemblyItem = Schemas['ItemView']
export type Majority = Schemas['MajorityView']
export type ElectionView = Schemas['ElectionView']
export type OwnEntry = Schemas['OwnEntryView']
export type OwnElection = Schemas['OwnElectionView']
export type SealedCode = Schemas['OwnCodeView']
export type BallotForm = Schemas['BallotForm']
export type CastAnswer = Schemas['ReceiptView']
export type SignedStatement = Schemas['SignedView']
export type DeviceForm = Schemas['DeviceForm']

/** The files that are fixed before an election opens. */
export type FixedName = 'manifest.json' | 'roll.json' | 'election.json'

/** The two archives of an election. */
export type ChainName = 'heads' | 'area'

const UPLOAD_MS = 30_000

/** The calls over a client; every one rejects with a `CallFailed`. */
export function votingCalls(client: Client) {
  const assembly = (assemblyId: string): { path: { assembly_id: string } } => ({
    path: { assembly_id: assemblyId },
  })
  return {
    registerDevice: (body: DeviceForm) => client.call('post', '/api/v1/me/devices', { body }),
    assembly: (id: string) => client.call('get', '/api/v1/assemblies/{assembly_id}', assembly(id)),
    entries: async (id: string): Promise<OwnEntry[]> =>
      (await client.call('get', '/api/v1/assemblies/{assembly_id}/my-entries', assembly(id))).items,
    sealedCodes: async (id: string): Promise<SealedCode[]> =>
      (await client.call('get', '/api/v1/assemblies/{assembly_id}/my-sealed-codes', assembly(id))).items,
    attachment: (id: string, sha256: string) => client.bytes(addressOfAttachment(id, sha256)),
    election: (uuid: string) => client.call('get', '/api/v1/elections/{uuid}', { path: { uuid } }),
    fixedFile: (uuid: string, name: FixedName) => client.bytes(`/api/v1/elections/${uuid}/${name}`),
    cast: (uuid: string, body: BallotForm, key: string) =>
      client.call('post', '/api/v1/elections/{uuid}/ballots', {
        path: { uuid },
        body,
        key,
        timeoutMs: UPLOAD_MS,
      }),
    ballot: (uuid: string, tracker: string) =>
      client.call('get', '/api/v1/elections/{uuid}/ballots/{tracker}', { path: { uuid, tracker } }),
    head: (uuid: string) => client.call('get', '/api/v1/elections/{uuid}/head', { path: { uuid } }),
    archive: (uuid: string, chain: ChainName, start: number, end: number) =>
      client.range(`/api/v1/elections/${uuid}/${chain}.bel`, start, end),
    receiptPicture: (uuid: string, tracker: string) =>
      client.bytes(`/api/v1/elections/${uuid}/receipts/${tracker}.png`),
    result: (id: string) => client.bytes(`/api/v1/assemblies/${id}/result.json`),
    resultSignature: (id: string) =>
      client.call('get', '/api/v1/assemblies/{assembly_id}/result.sig', assembly(id)),
    object: (id: string, text: string, key: string) =>
      client.call('post', '/api/v1/assemblies/{assembly_id}/objections', {
        ...assembly(id),
        body: { text },
        key,
      }),
  }
}

export type VotingCalls = ReturnType<typeof votingCalls>

/** The calls over the app's own server. */
export const voting: VotingCalls = votingCalls(server)

function addressOfAttachment(id: string, sha256: string): string {
  return `/api/v1/assemblies/${id}/attachments/${sha256}`
}
