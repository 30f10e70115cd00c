/** What a community's owners look at first: the newest publications, this quarter, the fund, the own accounts. */
import { getFund, getFundAccount, getMoneySummary, listPublications } from '@/api/disclosure'
import type { FundAccount, FundWhole, MoneySummary, Publication } from '@/api/feeTypes'
import type { Home } from '@/api/types'
import { community, loadHomes } from '../homes'

/** The bond of a home whose person owns it, as the registry names it. */
const OWNER = 'owner'

export interface CommonPicture {
  communityId: string
  latest: Publication[]
  summary: MoneySummary
  /** A day of the newest published quarter, for the pictures; empty where none was published. */
  shownDay: string
}

/** The newest version of the newest period of each kind of books. */
export function newestOf(publications: readonly Publication[]): Publication[] {
  const newest = new Map<string, Publication>()
  for (const one of publications) {
    const known = newest.get(one.kind)
    const isNewer =
      !known ||
      one.first_day > known.first_day ||
      (one.first_day === known.first_day && one.version > known.version)
    if (isNewer) newest.set(one.kind, one)
  }
  return [...newest.values()]
}

/** Gathers the common income of the chosen community; null without a home. Rejects with a `CallFailed`. */
export async function gatherCommon(): Promise<CommonPicture | null> {
  await loadHomes()
  const here = community.value
  if (!here) return null
  const [publications, summary] = await Promise.all([listPublications(here.id), getMoneySummary(here.id)])
  const latest = newestOf(publications)
  const shownDay = latest.find(({ kind }) => kind === 'common')?.last_day ?? ''
  return { communityId: here.id, latest, summary, shownDay }
}

export interface FundPicture {
  communityId: string
  whole: FundWhole
  own: FundAccount[]
}

/** Gathers the fund, and the accounts of the caller's own units. Rejects with a `CallFailed`. */
export async function gatherFund(): Promise<FundPicture | null> {
  const homes = await loadHomes()
  const here = community.value
  if (!here) return null
  const whole = await getFund(here.id)
  const own = await Promise.all(ownedIn(homes, here.id).map(getFundAccount))
  return { communityId: here.id, whole, own }
}

function ownedIn(homes: readonly Home[], communityId: string): { communityId: string; unitId: string }[] {
  return homes
    .filter((home) => home.bond === OWNER && home.community_id === communityId)
    .map(({ unit_id: unitId }) => ({ communityId, unitId }))
}
