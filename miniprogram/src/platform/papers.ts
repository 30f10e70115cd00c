/** Pages for the printer, and files that go out of the app or come into it. */

// #ifndef MP-WEIXIN
import { download } from './download'
// #endif

/** Whether pages can be shown as they print; where not, the page says to use a browser. */
export function canPrint(): boolean {
  // #ifdef MP-WEIXIN
  return false
  // #endif
  // #ifndef MP-WEIXIN
  return true
  // #endif
}

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

/** A file that somebody chose: where it lies, and its name. */
export interface ChosenFile {
  path: string
  name: string
}

/** Lets the person choose a file with one of these endings; null where they think better of it. */
export function chooseFile(endings: readonly string[]): Promise<ChosenFile | null> {
  // #ifdef MP-WEIXIN
  return new Promise((resolve) => {
    wx.chooseMessageFile({
      count: 1,
      type: 'file',
      extension: [...endings],
      success: ({ tempFiles }) => resolve(tempFiles[0] ?? null),
      fail: () => resolve(null),
    })
  })
  // #endif
  // #ifndef MP-WEIXIN
  return new Promise((resolve) => {
    uni.chooseFile({
      count: 1,
      type: 'all',
      extension: endings.map((ending) => `.${ending}`),
      success: ({ tempFilePaths, tempFiles }) => {
        const [file] = [tempFiles].flat() as { name?: string }[]
        const [path] = [tempFilePaths].flat()
        resolve(path ? { path, name: file?.name ?? '' } : null)
      },
      fail: () => resolve(null),
    })
  })
  // #endif
}

/** An address under which `<image>` shows a picture that was fetched with the caller's token. */
export function addressOfPicture(bytes: ArrayBuffer, media: 'image/png' | 'image/svg+xml'): string {
  return `data:${media};base64,${uni.arrayBufferToBase64(bytes)}`
}
