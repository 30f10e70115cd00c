/** Where the server is. */

/**
 * Scheme and host of the server, without a slash at the end. A browser got the app from its server; a
 * mini-program is told at its build by VITE_SERVER_URL, which must be a registered request domain.
 */
export function serverBase(): string {
  // #ifdef MP-WEIXIN
  return String(import.meta.env.VITE_SERVER_URL ?? '').replace(/\/+$/, '')
  // #endif
  // #ifndef MP-WEIXIN
  return ''
  // #endif
}
