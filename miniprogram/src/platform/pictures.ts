/** Taking and choosing photos, making them small enough to send, showing and saving pictures. */

import { download } from './download'

/** The longer side of a photo that is sent, in pixels; the server makes its own sizes of it. */
const LONGEST_SIDE = 1600
const QUALITY = 0.82

/** A photo on the device: a path that `Client.upload` and `<image>` both take. */
export type LocalPicture = string

/** Lets the person take or choose up to `count` photos; none where they think better of it. */
export async function choosePictures(count: number): Promise<LocalPicture[]> {
  const chosen = await pick(count)
  return Promise.all(chosen.map(smaller))
}

function pick(count: number): Promise<LocalPicture[]> {
  return new Promise((resolve) => {
    uni.chooseImage({
      count,
      sizeType: ['compressed'],
      sourceType: ['camera', 'album'],
      success: ({ tempFilePaths }) => resolve([...tempFilePaths].slice(0, count)),
      fail: () => resolve([]),
    })
  })
}

/** Makes a photo small enough for a phone's network; what cannot be drawn is sent as it is. */
async function smaller(path: LocalPicture): Promise<LocalPicture> {
  // #ifdef MP-WEIXIN
  return new Promise((resolve) => {
    uni.compressImage({
      src: path,
      quality: QUALITY * 100,
      success: ({ tempFilePath }) => resolve(tempFilePath),
      fail: () => resolve(path),
    })
  })
  // #endif
  // #ifndef MP-WEIXIN
  try {
    return await redrawn(path)
  } catch {
    return path // a format the browser does not draw, such as HEIC: the server reads it
  }
  // #endif
}

// #ifndef MP-WEIXIN
async function redrawn(path: LocalPicture): Promise<LocalPicture> {
  const picture = new Image()
  picture.src = path
  await picture.decode()
  const { naturalWidth: width, naturalHeight: height } = picture
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(width * scale)
  canvas.height = Math.round(height * scale)
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height)
  return URL.createObjectURL(await jpegOf(canvas))
}

function jpegOf(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('not drawn'))), 'image/jpeg', QUALITY)
  })
}
// #endif

/** An address under which `<image>` shows a JPEG that was fetched with the caller's token. */
export function addressOfJpeg(bytes: ArrayBuffer): string {
  return `data:image/jpeg;base64,${uni.arrayBufferToBase64(bytes)}`
}

/** Shows pictures full size, beginning with one of them. */
export function showPictures(addresses: string[], first: number): void {
  uni.previewImage({ urls: addresses, current: first })
}

/** Saves a PNG to the album, or as a download in a browser. Rejects where the person does not allow it. */
export function savePicture(png: ArrayBuffer, name: string): Promise<void> {
  // #ifdef MP-WEIXIN
  return new Promise((resolve, reject) => {
    const filePath = `${wx.env.USER_DATA_PATH}/${name}`
    wx.getFileSystemManager().writeFileSync(filePath, png)
    wx.saveImageToPhotosAlbum({
      filePath,
      success: () => resolve(),
      fail: (failure) => reject(new Error(failure.errMsg)),
    })
  })
  // #endif
  // #ifndef MP-WEIXIN
  download(new Blob([png], { type: 'image/png' }), name)
  return Promise.resolve()
  // #endif
}
