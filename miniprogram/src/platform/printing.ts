/** Printing, which only a browser does, and the address that a printed code leads to. */
import { serverBase } from './server'

export function canPrint(): boolean {
  // #ifdef H5
  return true
  // #endif
  // #ifndef H5
  return false
  // #endif
}

/** Opens the browser's dialog for printing. */
export function printPage(): void {
  // #ifdef H5
  window.print()
  // #endif
}

/** Scheme and host under which residents open the app. */
export function publicAddress(): string {
  // #ifdef H5
  return window.location.origin
  // #endif
  // #ifndef H5
  return serverBase()
  // #endif
}
