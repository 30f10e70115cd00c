/** The trustee's desk: compare, make the key, back up, check, decrypt. */
import { computed, ref } from 'vue'
import { keepJson, readKept } from '@/stores/voting/parts'
import { useLoaded } from '@/stores/loading'
import { ceremonyStanding, hasShare, peerMarks, takeStep } from './ceremony'
import { checkSetup, decryptAll } from './decrypting'
import { useOffice } from './office'
import { type OfficeParts, secretsOfPlace } from './parts'
import { useTask } from './task'
import { isOverFor } from './times'

const COMPARED = 'compared'
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

export function useTrusteeDesk(parts?: () => OfficeParts) {
  const office = useOffice('trustee', parts)
  const { assembly, place, loadedAssembly, touch } = office
  const standing = useLoaded(() => ceremonyStanding(office.parts(), loadedAssembly(), place))
  const marksCompared = ref('')

  const peers = computed(() => (assembly.value ? peerMarks(assembly.value, place) : []))
  const haveAllJoined = computed(
    () => peers.value.length > 0 && peers.value.every(({ mark }) => mark !== null),
  )
  const marks = computed(() => peers.value.map(({ mark }) => mark).join('\n'))
  /** Compared are these very keys: another one must be compared again. */
  const isCompared = computed(() => haveAllJoined.value && marksCompared.value === marks.value)
  const isFixed = computed(() => FIXED.has(assembly.value?.stage ?? ''))
  const isOver = computed(
    () => assembly.value !== null && isOverFor(assembly.value, office.parts().wallClock()),
  )
  const isShareHere = computed(() => {
    void office.kept.value
    return hasShare(office.parts(), place)
  })

  async function load(): Promise<void> {
    await office.load()
    if (office.keys.value !== 'here') return
    marksCompared.value = readKept<string>(secretsOfPlace(office.parts(), place), COMPARED) ?? ''
    if (haveAllJoined.value) await standing.load()
  }

  /** Takes down that the person compared every fingerprint by voice. */
  function compare(): void {
    keepJson(secretsOfPlace(office.parts(), place), COMPARED, marks.value)
    marksCompared.value = marks.value
  }

  const stepping = useTask(async () => {
    await takeStep(office.parts(), loadedAssembly(), place)
    touch()
    await standing.load()
  })
  const checking = useTask((tell) => checkSetup(office.parts(), loadedAssembly(), place, tell))
  const decrypting = useTask((tell) => decryptAll(office.parts(), loadedAssembly(), place, tell))

  return {
    office,
    standing,
    peers,
    haveAllJoined,
    isCompared,
    isFixed,
    isOver,
    isShareHere,
    load,
    compare,
    stepping,
    checking,
    decrypting,
  }
}
