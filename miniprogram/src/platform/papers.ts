/** Pages for the printer, files that leave the app, and pictures that need a token. */

// #ifndef MP-WEIXIN
import { download } from './download'
// #endif

/** Shows an HTML page that `fetch` brings, in a tab of its own. Rejects as `fetch` does. */
export async function showPage(fetch: () => Promise<ArrayBuffer>): Promise<void> {
  // #ifndef MP-WEIXIN
  const tab = window.open('', '_blank') // at once: browsers refuse tabs that nobody asked for just now
  try {
    const address = URL.createObjectURL(new Blob([await fetch()], { type: 'text/html;charset=utf-8' }))
    if (tab) tab.location.href = address
    else window.location.href = address
  } catch (reason) {
    tab?.close()
    throw reason
  }
  // #endif
  // #ifdef MP-WEIXIN
  await fetch()
  // #endif
}

/** Files of tables and papers that leave the app. */
export type FileKind = 'csv' | 'xlsx' | 'pdf' | 'jpg'

const MEDIA: Readonly<Record<FileKind, string>> = {
  csv: 'text/csv;charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pdf: 'application/pdf',
  jpg: 'image/jpeg',
}

/** Hands a file over: a browser keeps it, WeChat opens it. Rejects where the system does not allow it. */
export function handFile(bytes: ArrayBuffer, name: string, kind: FileKind): Promise<void> {
  // #ifdef MP-WEIXIN
  return new Promise((resolve, reject) => {
    const filePath = `${wx.env.USER_DATA_PATH}/${name}`
    wx.getFileSystemManager().writeFileSync(filePath, bytes)
    const told = {
      success: () => resolve(),
      fail: ({ errMsg }: { errMsg: string }) => reject(new Error(errMsg)),
    }
    if (kind === 'jpg') wx.previewImage({ urls: [filePath], ...told })
    else if (kind === 'csv') wx.shareFileMessage({ filePath, ...told })
    else wx.openDocument({ filePath, fileType: kind, showMenu: true, ...told })
  })
  // #endif
  // #ifndef MP-WEIXIN
  download(new Blob([bytes], { type: MEDIA[kind] }), name)
  return Promise.resolve()
  // #endif
}

/** An address under which `<image>` shows a picture that was fetched with the caller's token. */
export function addressOfPicture(bytes: ArrayBuffer, media: 'image/png' | 'image/svg+xml'): string {
  return `data:${media};base64,${uni.arrayBufferToBase64(bytes)}`
}
