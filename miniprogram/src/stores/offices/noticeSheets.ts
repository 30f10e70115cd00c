/** The paper notices, a page for each elector; the code stands in the address's fragment, which no server gets. */
import { publicAddress } from '@/platform/printing'
import { useLoaded } from '@/stores/loading'
import { useOffice } from './office'
import type { OfficeParts, Place } from './parts'
import { codesOf } from './registrar'

export interface NoticeSheet {
  pseudonym: string
  labels: readonly string[]
  owners: readonly string[]
  code: string
  link: string
}

export async function noticeSheets(
  parts: OfficeParts,
  place: Place,
  address: string,
): Promise<NoticeSheet[]> {
  const codes = codesOf(parts, place)
  const roll = await parts.office.roll(place.assembly)
  return roll.flatMap(({ pseudonym, labels, owners }) => {
    const code = codes[pseudonym]
    const link = `${address}/vote/${place.assembly}#${code}`
    return code === undefined ? [] : [{ pseudonym, labels, owners, code, link }]
  })
}

export function useNoticeSheets(parts?: () => OfficeParts) {
  const office = useOffice('registrar', parts)
  const sheets = useLoaded(() => noticeSheets(office.parts(), office.place, publicAddress()))
  async function load(): Promise<void> {
    await office.load()
    if (office.assembly.value) await sheets.load()
  }
  return { office, sheets, load }
}
