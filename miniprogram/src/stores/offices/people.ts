/** Appointing people to the offices of an assembly, and taking it back. */
import { computed, ref } from 'vue'
import { appoint, dismiss, listEligible } from '@/api/chair'
import { voting } from '@/api/voting'
import { useLoaded } from '@/stores/loading'
import { useSubmission } from '@/stores/submitting'
import { useTask } from './task'

export const OFFICES = ['registrar', 'trustee', 'auditor', 'counter'] as const
export type OfficeKind = (typeof OFFICES)[number]

export function usePeople() {
  const id = ref('')
  const office = ref<OfficeKind>('registrar')
  const account = ref('')
  const name = ref('')
  const loaded = useLoaded(async () => {
    const assembly = await voting.assembly(id.value)
    return { assembly, eligible: await listEligible(assembly.community_id) }
  })
  const eligible = computed(() =>
    (loaded.content.value?.eligible ?? []).filter(({ role }) => role === office.value),
  )

  /** Takes one of the eligible, with the name under which the role was given. */
  function choose(accountId: string): void {
    account.value = accountId
    name.value = eligible.value.find(({ account_id: own }) => own === accountId)?.name ?? name.value
  }

  function chooseOffice(kind: OfficeKind): void {
    office.value = kind
    account.value = ''
    name.value = ''
  }

  const appointing = useSubmission((key, role: OfficeKind, accountId: string, named: string) =>
    appoint(id.value, { role, account_id: accountId, name: named }, key),
  )
  async function add(): Promise<boolean> {
    const after = await appointing.submit(office.value, account.value, name.value.trim())
    if (!after) return false
    chooseOffice(office.value)
    await loaded.load()
    return true
  }

  const dismissing = useTask(async (_tell, role: string, index: number) => {
    await dismiss(id.value, role, index)
    await loaded.load()
    return true
  })

  return { ...loaded, id, office, account, name, eligible, choose, chooseOffice, appointing, add, dismissing }
}
