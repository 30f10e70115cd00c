/** A browser's way of keeping a file. */

/** Saves content as a file of this name; only where there is a document. */
export function download(content: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(content)
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}
