/** Files and pictures that leave the app: shown, saved to the album, downloaded. */

// #ifndef MP-WEIXIN
import { download } from './download'
// #endif

/** What became of a picture that was to be saved. */
export type Saved = 'album' | 'file'

/** Saves a PNG picture: to the album of a phone, as a file in a browser. Rejects where the person says no. */
export function savePicture(bytes: Uint8Array, name: string): Promise<Saved> {
  // #ifdef MP-WEIXIN
  return new Promise((resolve, reject) => {
    const filePath = written(bytes, name)
    uni.saveImageToPhotosAlbum({ filePath, success: () => resolve('album'), fail: reject })
  })
  // #endif
  // #ifndef MP-WEIXIN
  download(new Blob([bytes], { type: 'image/png' }), name)
  return Promise.resolve('file')
  // #endif
}

/** Shows a file that was fetched: pictures on the screen, others by the system. */
export function openFile(bytes: Uint8Array, name: string): void {
  const kind = kindOf(bytes)
  // #ifdef MP-WEIXIN
  const filePath = written(bytes, kind === 'pdf' ? 'attachment.pdf' : 'attachment.png')
  if (kind === 'pdf') uni.openDocument({ filePath, fileType: 'pdf', showMenu: true })
  else uni.previewImage({ urls: [filePath] })
  // #endif
  // #ifndef MP-WEIXIN
  const file = new Blob([bytes], { type: kind === 'pdf' ? 'application/pdf' : `image/${kind}` })
  if (kind === 'pdf') download(file, name)
  else uni.previewImage({ urls: [URL.createObjectURL(file)] })
  // #endif
}

/** Hands over the address of a public file: a browser fetches it, WeChat copies it. */
export function fetchByAddress(address: string, name: string): Promise<'started' | 'copied'> {
  // #ifdef MP-WEIXIN
  return new Promise((resolve, reject) => {
    uni.setClipboardData({ data: address, success: () => resolve('copied'), fail: reject })
  })
  // #endif
  // #ifndef MP-WEIXIN
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  return Promise.resolve('started')
  // #endif
}

function kindOf(bytes: Uint8Array): 'pdf' | 'png' | 'jpeg' {
  if (bytes[0] === 0x25 && bytes[1] === 0x50) return 'pdf' // "%P"
  return bytes[0] === 0x89 ? 'png' : 'jpeg'
}

// #ifdef MP-WEIXIN
function written(bytes: Uint8Array, name: string): string {
  const path = `${wx.env.USER_DATA_PATH}/${name}`
  wx.getFileSystemManager().writeFileSync(path, bytes.slice().buffer)
  return path
}
// #endif
