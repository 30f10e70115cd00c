/** Code of voting that the start of the app does not need: a browser loads it later, WeChat has all at once. */

// #ifdef MP-WEIXIN
import * as device from '@/stores/voting/signedInDevice'
// #endif

/** Loads what makes the keys of a device. */
export function deviceCode(): Promise<{ makeKeys(): Promise<void> }> {
  // #ifdef MP-WEIXIN
  return Promise.resolve(device)
  // #endif
  // #ifndef MP-WEIXIN
  return import('@/stores/voting/signedInDevice')
  // #endif
}
