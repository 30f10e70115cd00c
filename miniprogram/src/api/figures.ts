/** Figures of complaints, the tickets behind them, the terms, and what of it anybody may see. */
import { serverBase } from '@/platform/server'
import { addressOf, type Asked } from './client'
import { server } from './server'
import type { BoardPage, Figure, Promised, QueuePage, TermsForm } from './types'

export type FiguresQuery = NonNullable<Asked<'get', '/api/v1/figures/complaints'>['query']>
export type BehindQuery = NonNullable<Asked<'get', '/api/v1/figures/complaints/tickets'>['query']>
export type ExportQuery = NonNullable<Asked<'get', '/api/v1/figures/complaints/export.csv'>['query']>
export type ExportForm = 'csv' | 'xlsx'

export async function listFigures(query: FiguresQuery): Promise<Figure[]> {
  return (await server.call('get', '/api/v1/figures/complaints', { query })).items
}

/** The tickets that a number counts. */
export function listBehind(query: BehindQuery): Promise<QueuePage> {
  return server.call('get', '/api/v1/figures/complaints/tickets', { query })
}

/** A table of the counted tickets, as a file. */
export function exportFigures(form: ExportForm, query: ExportQuery): Promise<ArrayBuffer> {
  return server.picture(addressOf(`/api/v1/figures/complaints/export.${form}`, {}, query))
}

export async function listTerms(communityId: string): Promise<Promised[]> {
  const path = { community_id: communityId }
  return (await server.call('get', '/api/v1/communities/{community_id}/complaint-terms', { path })).items
}

export async function setTerms(communityId: string, body: TermsForm, key: string): Promise<Promised[]> {
  const asked = { path: { community_id: communityId }, body, key }
  return (await server.call('put', '/api/v1/communities/{community_id}/complaint-terms', asked)).items
}

/** A community's tickets as anybody may see them, the newest first. */
export function listBoard(communityId: string, isOpenOnly: boolean, cursor?: string): Promise<BoardPage> {
  const asked = { path: { community_id: communityId }, query: { open_only: isOpenOnly, cursor } }
  return server.call('get', '/api/v1/communities/{community_id}/board/tickets', asked)
}

export function getBoardFigures(communityId: string, first: string, last: string): Promise<Figure> {
  const asked = { path: { community_id: communityId }, query: { first, last } }
  return server.call('get', '/api/v1/communities/{community_id}/board/figures', asked)
}

/** The address of a photo that was approved for the public. */
export function boardPhotoAddress(photoId: string): string {
  return `${serverBase()}/api/v1/board/photos/${photoId}?thumbnail=true`
}
