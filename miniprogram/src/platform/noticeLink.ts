/** A notice's link that opened the app in a browser: /app/?vote=ASSEMBLY#CODE. */

/** What a link brought. */
export interface BroughtByLink {
  assembly: string
  code: string
}

/**
 * Takes the code out of the address and puts the address of `page` in its place, so that the code stands neither
 * in the address bar nor in the history. To be called before the router reads the address. Null without a link.
 */
export function takeLink(page: string): BroughtByLink | null {
  // #ifdef H5
  const { search, hash, pathname } = window.location
  const assembly = new URLSearchParams(search).get('vote')
  if (!assembly || !/^[\w-]{1,64}$/.test(assembly)) return null
  window.history.replaceState(null, '', `${pathname}#${page}?id=${assembly}`)
  return { assembly, code: hash.slice(1) }
  // #endif
  // #ifndef H5
  void page
  return null
  // #endif
}
