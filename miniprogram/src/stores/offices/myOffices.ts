/** The caller's offices, each with the page that serves it. */
import type { OfficeRow } from '@/api/offices'
import type { PageName } from '@/stores/routes'

const PAGE_OF: Readonly<Record<string, PageName>> = {
  registrar: 'registrar',
  trustee: 'trustee',
  auditor: 'auditor',
  counter: 'counter',
}

/** Where an office is held: the page, and its address. */
export function officeAddress({ office, index, assembly }: OfficeRow): {
  page: PageName
  query: Record<string, string>
} {
  return { page: PAGE_OF[office] ?? 'offices', query: { id: assembly.id, index: String(index) } }
}
