/** Counting a result again, as the result page binds it. */
import { appOfficeParts } from './appParts'
import { recountResult } from './recounting'
import { useTask } from './task'

export function useRecount(assembly: () => string) {
  return useTask((tell) => {
    const parts = appOfficeParts()
    if (!parts) throw new RangeError('nobody is signed in')
    return recountResult(parts, assembly(), tell)
  })
}
