/** Backing a trustee's share up, and restoring it. */
import { reactive, ref } from 'vue'
import { isSignedIn } from '@/stores/session'
import { type Backup, makeBackup, restoreBackup } from './backup'
import { hasShare } from './ceremony'
import { neededParts } from './office'
import type { OfficeParts, Place } from './parts'
import { useTask } from './task'

export function useBackup(parts: () => OfficeParts = neededParts) {
  const place: Place = reactive({ assembly: '', role: 'trustee', index: 1 })

  /** Whether this device has a share to back up; else one may be restored here. */
  const canMake = ref(false)

  function open(query: Record<string, string | undefined> | undefined): void {
    place.assembly = query?.['id'] ?? ''
    place.index = Number(query?.['index'] ?? 1)
    canMake.value = isSignedIn.value && hasShare(parts(), place)
  }

  const making = useTask(() => makeBackup(parts(), place))
  const restoring = useTask(async (_tell, backup: Backup) => {
    restoreBackup(parts(), place, backup)
    return true
  })
  return { open, canMake, making, restoring }
}
