/** Choosing a file of the device: from the disk in a browser, from a chat in WeChat. */

export interface ChosenFile {
  path: string
  name: string
}

/** Lets the person choose one file with one of these endings; null where they turn back. */
export function chooseFile(endings: readonly string[]): Promise<ChosenFile | null> {
  return new Promise((resolve) => {
    const fail = (): void => resolve(null)
    // #ifdef MP-WEIXIN
    wx.chooseMessageFile({
      count: 1,
      type: 'file',
      extension: [...endings],
      success: ({ tempFiles }) => resolve(tempFiles[0] ?? null),
      fail,
    })
    // #endif
    // #ifndef MP-WEIXIN
    uni.chooseFile({
      count: 1,
      extension: endings.map((ending) => `.${ending}`),
      success: ({ tempFiles, tempFilePaths }) => {
        const [path] = tempFilePaths as string[]
        const [file] = tempFiles as { name: string }[]
        resolve(path && file ? { path, name: file.name } : null)
      },
      fail,
    })
    // #endif
  })
}
