/** Names whose owners decide: "all", "building:3", "stair:3-1" (building 3, stair 1). */
export function scopeText(scope: string): string {
  const [kind, where = ''] = scope.split(':')
  const end = where.lastIndexOf('-')
  if (kind === 'building') return `${where}号楼`
  return kind === 'stair' ? `${where.slice(0, end)}号楼${where.slice(end + 1)}单元` : '全体业主'
}
