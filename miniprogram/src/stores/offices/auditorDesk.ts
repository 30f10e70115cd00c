/** The auditor's desk: keep heads, verify the record, sign or refuse. */
import { computed, ref } from 'vue'
import { Untrusted } from '@/api/wire'
import { type Verdict, VERDICTS, signVerdict, unverifiedSubject, verifyRecord, watchBoards } from './auditing'
import { evidenceOf } from './board'
import { useOffice } from './office'
import { type OfficeParts, Withheld } from './parts'
import { useTask } from './task'

/** Stages in which the boards are there. */
const FIXED = new Set([
  'READY',
  'OPEN',
  'CLOSED',
  'TALLIED',
  'AUDITED',
  'AUDIT_REFUSED',
  'PRELIMINARY',
  'FINAL',
])

export function useAuditorDesk(parts?: () => OfficeParts) {
  const office = useOffice('auditor', parts)
  const { assembly, place, loadedAssembly, touch } = office
  const verdict = ref<Verdict>('AGREE')
  const remarks = ref('')

  const isFixed = computed(() => FIXED.has(assembly.value?.stage ?? ''))
  const canSign = computed(() => assembly.value?.stage === 'TALLIED')
  /** Heads by which the server contradicts itself, as text; empty where there are none. */
  const evidence = computed(() => {
    void office.kept.value
    const found = (assembly.value?.elections ?? []).map(({ uuid }) => evidenceOf(office.parts(), place, uuid))
    return found.filter((each) => each !== null).join('\n')
  })
  const lines = computed(() =>
    remarks.value
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  )

  /** A failed comparison puts evidence aside. */
  async function noting<T>(act: Promise<T>): Promise<T> {
    try {
      return await act
    } finally {
      touch()
    }
  }
  const watching = useTask((tell) => noting(watchBoards(office.parts(), loadedAssembly(), place, tell)))
  const verifying = useTask((tell) => noting(verifyRecord(office.parts(), place, tell)))
  const findings = verifying.outcome
  /** What may be signed: everything on a record that holds, a refusal alone on one that does not. */
  const allowed = computed<readonly Verdict[]>(() => {
    if (findings.value?.subject) return VERDICTS
    return verifying.failure.value instanceof Untrusted ? ['REFUSE'] : []
  })

  const signing = useTask(async (_tell, chosen: Verdict) => {
    if (!allowed.value.includes(chosen)) throw new Withheld('noResult')
    const subject =
      findings.value?.subject ?? (await unverifiedSubject(office.parts(), loadedAssembly(), place))
    await signVerdict(office.parts(), loadedAssembly(), place, subject, chosen, lines.value)
    await office.load()
    return chosen
  })

  return {
    office,
    verdict,
    remarks,
    isFixed,
    canSign,
    evidence,
    watching,
    verifying,
    findings,
    allowed,
    signing,
    load: office.load,
  }
}
