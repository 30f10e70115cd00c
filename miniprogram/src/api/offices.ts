/** Assemblies as those who hold an office in them call them: keys, roll, ceremony, board, verdicts. */
import type { Client } from './client'
import type { components } from './schema'
import { server } from './server'
import { Refused } from './wire'

type Schemas = components['schemas']

export type OfficeRow = Schemas['OfficeRowView']
export type Person = Schemas['PersonView']
export type RollElector = Schemas['RollElectorView']
export type CeremonyView = Schemas['CeremonyView']
export type CosignatureView = Schemas['NamedStatementView']
export type Shares = Schemas['SharesForm']
const LONG_MS = 60_000

type PaperRow = Schemas['PaperElectorView']
type PaperForm = Schemas['PaperForm']
type RoleKey = Schemas['RoleKeyForm']
type SealedCode = Schemas['SealedCodeForm']
type Statement = Schemas['StatementForm']

/** The calls over a client; every one rejects with a `CallFailed`. */
export function officeCalls(client: Client) {
  const of = (id: string): { path: { assembly_id: string } } => ({ path: { assembly_id: id } })
  return {
    mine: async (): Promise<OfficeRow[]> => (await client.call('get', '/api/v1/me/offices', {})).items,
    publishKey: (id: string, body: RoleKey) =>
      client.call('put', '/api/v1/assemblies/{assembly_id}/my-key', { ...of(id), body }),
    roll: async (id: string): Promise<RollElector[]> =>
      (await client.call('get', '/api/v1/assemblies/{assembly_id}/registrar-roll', of(id))).electors,
    sendCredentials: (id: string, body: Schemas['CredentialsForm']) =>
      client.call('put', '/api/v1/assemblies/{assembly_id}/credentials', {
        ...of(id),
        body,
        timeoutMs: LONG_MS,
      }),
    sendSealed: (id: string, body: SealedCode) =>
      client.call('post', '/api/v1/assemblies/{assembly_id}/sealed-codes', { ...of(id), body }),
    ceremony: (id: string) => client.call('get', '/api/v1/assemblies/{assembly_id}/ceremony', of(id)),
    sendCeremony: (id: string, body: Schemas['CeremonyMessageForm']) =>
      client.call('post', '/api/v1/assemblies/{assembly_id}/ceremony', { ...of(id), body }),
    ...boardCalls(client),
    result: (id: string) => client.bytes(`/api/v1/assemblies/${id}/result.json`),
    resultSignature: (id: string) =>
      client.call('get', '/api/v1/assemblies/{assembly_id}/result.sig', of(id)),
    audit: (id: string) => client.bytes(`/api/v1/assemblies/${id}/audit.json`),
    sendVerdict: (id: string, body: Statement) =>
      client.call('post', '/api/v1/assemblies/{assembly_id}/verdicts', { ...of(id), body }),
  }
}

function boardCalls(client: Client) {
  const of = (uuid: string): { path: { uuid: string } } => ({ path: { uuid } })
  return {
    paper: (uuid: string) => client.bytes(`/api/v1/elections/${uuid}/paper.json`),
    cosignatures: async (uuid: string): Promise<CosignatureView[]> =>
      (await client.call('get', '/api/v1/elections/{uuid}/cosignatures', of(uuid))).items,
    cosign: (uuid: string, body: Statement) =>
      client.call('post', '/api/v1/elections/{uuid}/cosignatures', { ...of(uuid), body }),
    papers: async (uuid: string): Promise<PaperRow[]> =>
      (await client.call('get', '/api/v1/elections/{uuid}/papers', of(uuid))).items,
    lockPaper: (uuids: readonly string[], who: PaperForm) => lockedIn(client, uuids, who),
    enterPapers: (uuid: string, body: Statement) =>
      client.call('put', '/api/v1/elections/{uuid}/paper-entries', { ...of(uuid), body }),
    deviceSignatures: async (uuid: string) =>
      (await client.call('get', '/api/v1/elections/{uuid}/device-signatures', of(uuid))).items,
    sendShares: (uuid: string, body: Shares) =>
      client.call('post', '/api/v1/elections/{uuid}/partial-decryptions', {
        ...of(uuid),
        body,
        timeoutMs: LONG_MS,
      }),
  }
}

/** Records a paper in each election; fails only where none takes it. Returns the pseudonym. */
async function lockedIn(client: Client, uuids: readonly string[], body: PaperForm): Promise<string> {
  let refusal: unknown = null
  let locked: string | null = null
  for (const uuid of uuids) {
    try {
      const path = { uuid }
      locked = (await client.call('post', '/api/v1/elections/{uuid}/papers', { path, body })).pseudonym
    } catch (reason) {
      if (!(reason instanceof Refused) || reason.mayRetry) throw reason
      refusal = reason
    }
  }
  if (locked === null) throw refusal
  return locked
}

export type OfficeCalls = ReturnType<typeof officeCalls>

/** The calls over the app's own server. */
export const offices: OfficeCalls = officeCalls(server)
