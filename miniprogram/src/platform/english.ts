/** The English words, which the start of the app does not need: a browser loads them later, WeChat has all at once. */
import type { Words } from '@/locales/zh-Hans'
// #ifdef MP-WEIXIN
import { en } from '@/locales/en'
// #endif

/** Loads them; rejects where they cannot be fetched. */
export function englishWords(): Promise<Words> {
  // #ifdef MP-WEIXIN
  return Promise.resolve(en)
  // #endif
  // #ifndef MP-WEIXIN
  return import('@/locales/en').then((loaded) => loaded.en)
  // #endif
}
