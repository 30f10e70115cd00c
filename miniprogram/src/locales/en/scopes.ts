/** Names whose owners decide, in English. */
export function scopeText(scope: string): string {
  const [kind, where = ''] = scope.split(':')
  const end = where.lastIndexOf('-')
  if (kind === 'building') return `Building ${where}`
  return kind === 'stair' ? `Building ${where.slice(0, end)}, stair ${where.slice(end + 1)}` : 'All owners'
}
