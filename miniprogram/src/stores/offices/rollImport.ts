/** Importing a roll: try, see what is wrong with which row, import. */
import { ref, shallowRef, type ShallowRef } from 'vue'
import { type ImportReport, importReport, importRoll, listUnits } from '@/api/chair'
import { type ChosenFile, chooseFile } from '@/platform/choosing'
import { usePaged } from '@/stores/paging'
import { useTask } from './task'

const TABLES = ['xlsx', 'csv']

export function useRollImport() {
  const community = ref('')
  const file: ShallowRef<ChosenFile | null> = shallowRef(null)
  const report: ShallowRef<ImportReport | null> = shallowRef(null)
  const units = usePaged((cursor) => listUnits(community.value, cursor))

  async function choose(): Promise<void> {
    const chosen = await chooseFile(TABLES)
    if (!chosen) return
    file.value = chosen
    report.value = null
  }

  const importing = useTask(async (_tell, dryRun: boolean) => {
    if (!file.value) return null
    report.value = await importRoll(community.value, file.value.path, dryRun)
    if (report.value.applied) await units.load()
    return report.value
  })
  const fetchingReport = useTask((_tell, importId: string) => importReport(importId))

  return { community, file, report, units, choose, importing, fetchingReport }
}
