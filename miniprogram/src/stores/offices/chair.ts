/** One assembly as its chair sees it: the stage, what is missing, the next deadline, the next step. */
import { computed, ref } from 'vue'
import { type Assembly, type StepName, takeStep } from '@/api/chair'
import type { AssemblyRow } from '@/api/types'
import { listAssemblies } from '@/api/assemblies'
import { getMe } from '@/api/identity'
import { voting } from '@/api/voting'
import { useLoaded } from '@/stores/loading'
import { useSubmission } from '@/stores/submitting'

/** The step that a stage leads to; NOTICED leads to two, one after the other. */
export function nextStep({ stage, elections }: Pick<Assembly, 'stage' | 'elections'>): StepName | null {
  switch (stage) {
    case 'DRAFT':
      return 'review'
    case 'REVIEW':
      return 'notice'
    case 'NOTICED':
      return elections.length === 0 ? 'freeze' : 'ready'
    case 'AUDITED':
      return 'preliminary'
    case 'PRELIMINARY':
      return 'final'
    default:
      return null
  }
}

/** A deadline: what it is of, and its instant or, for the notice, its day. */
export interface Deadline {
  kind: 'notice' | 'opens' | 'closes' | 'objections'
  at: string
}

/** The next deadline; null at the end, or where the law's hours could not be computed. */
export function nextDeadline(assembly: Assembly): Deadline | null {
  const { stage, notice_date: notice, opens_at: opens, closes_at: closes } = assembly
  if (stage === 'DRAFT' || stage === 'REVIEW') return { kind: 'notice', at: notice }
  if (stage === 'NOTICED' || stage === 'READY') return opens ? { kind: 'opens', at: opens } : null
  if (stage === 'OPEN') return closes ? { kind: 'closes', at: closes } : null
  const { objections_until: until } = assembly
  return stage === 'PRELIMINARY' && until ? { kind: 'objections', at: until } : null
}

/** Stages in which people may be appointed. */
const PREPARING = new Set(['DRAFT', 'REVIEW', 'NOTICED'])
const WITH_TURNOUT = new Set([
  'OPEN',
  'CLOSED',
  'TALLIED',
  'AUDITED',
  'AUDIT_REFUSED',
  'PRELIMINARY',
  'FINAL',
])

export function isPreparing({ stage }: Pick<Assembly, 'stage'>): boolean {
  return PREPARING.has(stage)
}

async function fetchAssembly(id: string): Promise<{ assembly: Assembly; turnout: Turnout[] }> {
  const assembly = await voting.assembly(id)
  if (!WITH_TURNOUT.has(assembly.stage)) return { assembly, turnout: [] }
  const turnout = await Promise.all(assembly.elections.map(({ uuid }) => voting.election(uuid)))
  return { assembly, turnout }
}

type Turnout = Awaited<ReturnType<typeof voting.election>>

export function useChairAssembly() {
  const id = ref('')
  const loaded = useLoaded(() => fetchAssembly(id.value))
  const assembly = computed(() => loaded.content.value?.assembly ?? null)
  const step = computed(() => (assembly.value ? nextStep(assembly.value) : null))
  const deadline = computed(() => (assembly.value ? nextDeadline(assembly.value) : null))
  const stepping = useSubmission((key, name: StepName) => takeStep(id.value, name, key))

  async function take(name: StepName): Promise<boolean> {
    const after = await stepping.submit(name)
    if (after) await loaded.load()
    return after !== null
  }

  return { ...loaded, id, assembly, step, deadline, stepping, take }
}

/** A community that the caller chairs, with its assemblies. */
export interface ChairedCommunity {
  id: string
  assemblies: AssemblyRow[]
}

/** The communities in which the caller is the chair. Rejects with a `CallFailed`. */
export async function chairedCommunities(): Promise<ChairedCommunity[]> {
  const { roles } = await getMe()
  const ids = new Set(roles.flatMap(({ role, community_id: id }) => (role === 'chair' && id ? [id] : [])))
  return Promise.all(Array.from(ids, async (id) => ({ id, assemblies: await listAssemblies(id) })))
}
