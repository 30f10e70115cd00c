/** Handing a text to the person: as a file in a browser, by the clipboard in WeChat. */

import { download } from './download'

export type Handed = 'file' | 'clipboard'

/** Hands a text over and tells how. Rejects where the system does not allow it. */
export function handOver(text: string, name: string): Promise<Handed> {
  // #ifdef MP-WEIXIN
  return new Promise((resolve, reject) => {
    uni.setClipboardData({ data: text, success: () => resolve('clipboard'), fail: reject })
  })
  // #endif
  // #ifndef MP-WEIXIN
  download(new Blob([text], { type: 'application/json' }), name)
  return Promise.resolve('file')
  // #endif
}
