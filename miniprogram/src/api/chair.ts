/** What a chair calls: drafting, steps, people, the roll. */
import type { components } from './schema'
import { server } from './server'

type Schemas = components['schemas']

export type DraftForm = Schemas['DraftForm']
export type ItemForm = Schemas['ItemForm']
export type Assembly = Schemas['AssemblyView']
export type StepName = Schemas['StepForm']['step']
export type Appointment = Schemas['AppointmentView']
export type AppointmentForm = Schemas['AppointmentForm']
export type ImportReport = Schemas['ImportView']
export type UnitPage = Schemas['UnitPageView']
export type AttachmentKept = Schemas['AttachmentKeptView']

const LONG_MS = 60_000

export function createDraft(communityId: string, body: DraftForm, key: string): Promise<Assembly> {
  const path = { community_id: communityId }
  return server.call('post', '/api/v1/communities/{community_id}/assemblies', { path, body, key })
}

export function replaceDraft(assemblyId: string, body: DraftForm, key: string): Promise<Assembly> {
  const path = { assembly_id: assemblyId }
  return server.call('put', '/api/v1/assemblies/{assembly_id}', { path, body, key })
}

export function takeStep(assemblyId: string, step: StepName, key: string): Promise<Assembly> {
  const asked = { path: { assembly_id: assemblyId }, body: { step }, key, timeoutMs: LONG_MS }
  return server.call('post', '/api/v1/assemblies/{assembly_id}/steps', asked)
}

/** Who in the community holds a role that an office needs. */
export async function listEligible(communityId: string): Promise<Appointment[]> {
  const path = { community_id: communityId }
  return (await server.call('get', '/api/v1/communities/{community_id}/grants', { path })).items
}

export function appoint(assemblyId: string, body: AppointmentForm, key: string): Promise<Assembly> {
  const path = { assembly_id: assemblyId }
  return server.call('post', '/api/v1/assemblies/{assembly_id}/people', { path, body, key })
}

export function dismiss(assemblyId: string, role: string, index: number): Promise<Assembly> {
  const path = { assembly_id: assemblyId, role, index }
  return server.call('delete', '/api/v1/assemblies/{assembly_id}/people/{role}/{index}', {
    path: path as never,
  })
}

/** Uploads a file that an item will name. */
export function keepAttachment(communityId: string, file: string): Promise<AttachmentKept> {
  const path = { community_id: communityId }
  return server.upload('/api/v1/communities/{community_id}/assembly-attachments', 'file', file, { path })
}

/** Imports a roll, or tries it. */
export function importRoll(communityId: string, file: string, dryRun: boolean): Promise<ImportReport> {
  const given = { path: { community_id: communityId }, query: { dry_run: dryRun } }
  return server.upload('/api/v1/communities/{community_id}/roll-imports', 'file', file, given)
}

/** The uploaded table with a column of what to correct. */
export function importReport(importId: string): Promise<Uint8Array> {
  return server.bytes(`/api/v1/roll-imports/${importId}/report.xlsx`)
}

export function listUnits(communityId: string, cursor?: string): Promise<UnitPage> {
  const asked = { path: { community_id: communityId }, query: { cursor } }
  return server.call('get', '/api/v1/communities/{community_id}/units', asked)
}
