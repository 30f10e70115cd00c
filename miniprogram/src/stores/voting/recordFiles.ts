/** Addresses of the public record of an assembly. */
import type { Assembly } from '@/api/voting'
import type { Words } from '@/locales/zh-Hans'

export interface RecordFile {
  address: string
  name: string
  label: string
}

/** Names every file that a verifier takes: those of the assembly, then those of each election. */
export function recordFiles(words: Words, assembly: Assembly): RecordFile[] {
  const { files } = words.voting.result
  const whole = [
    { name: 'result.json', label: files.result },
    { name: 'result.sig', label: files.signature },
    { name: 'audit.json', label: files.audit },
  ]
  const own = whole.map((one) => ({ ...one, address: `/api/v1/assemblies/${assembly.id}/${one.name}` }))
  return [...own, ...assembly.elections.flatMap((election) => electionFiles(words, election))]
}

function electionFiles(words: Words, { uuid, scope }: Assembly['elections'][number]): RecordFile[] {
  const { files } = words.voting.result
  const where = words.voting.assembly.scope(scope)
  return [
    { name: 'manifest.json', label: files.manifest },
    { name: 'roll.json', label: files.roll },
    { name: 'heads.bel', label: files.heads },
    { name: 'area.bel', label: files.area },
  ].map(({ name, label }) => ({
    name,
    label: `${where}：${label}`,
    address: `/api/v1/elections/${uuid}/${name}`,
  }))
}
