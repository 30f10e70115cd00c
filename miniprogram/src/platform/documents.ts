/** Choosing a table on the device, and handing one over. */

import { download } from './download'

/** A file on the device: a path that `Client.upload` takes, and its name for people. */
export interface LocalDocument {
  path: string
  name: string
}

/** Lets the person choose a file; null where they think better of it. */
export function chooseDocument(extensions: string[]): Promise<LocalDocument | null> {
  // #ifdef MP-WEIXIN
  return new Promise((resolve) => {
    wx.chooseMessageFile({
      count: 1,
      type: 'file',
      extension: extensions,
      success: ({ tempFiles }) =>
        resolve(tempFiles[0] ? { path: tempFiles[0].path, name: tempFiles[0].name } : null),
      fail: () => resolve(null),
    })
  })
  // #endif
  // #ifndef MP-WEIXIN
  return new Promise((resolve) => {
    uni.chooseFile({
      count: 1,
      extension: extensions.map((one) => `.${one}`),
      success: ({ tempFilePaths, tempFiles }) => {
        const [path] = [tempFilePaths].flat()
        const [file] = [tempFiles].flat() as { name?: string }[]
        resolve(path ? { path, name: file?.name ?? '' } : null)
      },
      fail: () => resolve(null),
    })
  })
  // #endif
}

/** Hands a file over: saved in a browser, shared to a chat in WeChat. Rejects where the system says no. */
export function handOverDocument(content: ArrayBuffer, name: string): Promise<void> {
  // #ifdef MP-WEIXIN
  return new Promise((resolve, reject) => {
    const filePath = `${wx.env.USER_DATA_PATH}/${name}`
    wx.getFileSystemManager().writeFileSync(filePath, content)
    wx.shareFileMessage({
      filePath,
      fileName: name,
      success: () => resolve(),
      fail: (failure) => reject(new Error(failure.errMsg)),
    })
  })
  // #endif
  // #ifndef MP-WEIXIN
  download(new Blob([content]), name)
  return Promise.resolve()
  // #endif
}
