/** The clipboard, and keeping a text as a file where there is a file system to see. */
// #ifndef MP-WEIXIN
import { download } from './download'
// #endif

/** Copies a text; rejects where the person says no. */
export function copyText(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    uni.setClipboardData({ data: text, showToast: false, success: () => resolve(), fail: reject })
  })
}

/** Whether a text can be kept as a file that the person sees. */
export function canSaveText(): boolean {
  // #ifdef MP-WEIXIN
  return false
  // #endif
  // #ifndef MP-WEIXIN
  return true
  // #endif
}

export function saveText(text: string, name: string): void {
  // #ifdef MP-WEIXIN
  void [text, name]
  // #endif
  // #ifndef MP-WEIXIN
  download(new Blob([text], { type: 'text/plain' }), name)
  // #endif
}

/** Keeps bytes as a file that the person sees; WeChat opens it instead. */
export function saveBytes(bytes: Uint8Array, name: string): void {
  // #ifdef MP-WEIXIN
  const filePath = `${wx.env.USER_DATA_PATH}/${name}`
  wx.getFileSystemManager().writeFileSync(filePath, bytes.slice().buffer)
  uni.openDocument({ filePath, showMenu: true })
  // #endif
  // #ifndef MP-WEIXIN
  download(new Blob([bytes]), name)
  // #endif
}
