/** Sealing one elector's code to a phone: read its code, compare, send. */
import { computed, ref, shallowRef, type ShallowRef } from 'vue'
import { canScan, scan } from '@/platform/scanning'
import { useOffice } from './office'
import { type OfficeParts, Withheld } from './parts'
import { type ShownDevice, readDevice, sealTo } from './registrar'
import { useTask } from './task'

export function useSealing(parts?: () => OfficeParts) {
  const office = useOffice('registrar', parts)
  const elector = ref('')
  const typed = ref('')
  const device: ShallowRef<ShownDevice | null> = shallowRef(null)

  function open(query: Record<string, string | undefined> | undefined): void {
    office.open(query)
    elector.value = query?.['elector'] ?? ''
  }

  const reading = useTask(async (_tell, text: string) => {
    device.value = readDevice(text)
    return device.value
  })

  async function scanDevice(): Promise<void> {
    const text = await scan()
    if (text !== null) await reading.run(text)
  }

  const sending = useTask(async () => {
    if (!device.value) throw new Withheld('noDevice')
    await sealTo(office.parts(), office.loadedAssembly(), office.place, elector.value, device.value)
    device.value = null
    return true
  })

  /** The groups do not agree: whose phone it is is not known, so nothing is sent. */
  const refusing = useTask(async () => {
    device.value = null
    throw new Withheld('markDiffers')
  })

  const failure = computed(() => reading.failure.value ?? sending.failure.value ?? refusing.failure.value)
  return { office, elector, typed, device, open, reading, scanDevice, sending, refusing, failure, canScan }
}
