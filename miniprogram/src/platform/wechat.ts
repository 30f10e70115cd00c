/** What only WeChat has: its sign-in code, and its dialog about messages. */

/** Whether the app runs in WeChat. */
export function isInWeChat(): boolean {
  // #ifdef MP-WEIXIN
  return true
  // #endif
  // #ifndef MP-WEIXIN
  return false
  // #endif
}

/** Asks WeChat for the code that the server exchanges (code2session). Rejects where there is no WeChat. */
export function weChatCode(): Promise<string> {
  // #ifdef MP-WEIXIN
  return new Promise((resolve, reject) => {
    wx.login({ success: ({ code }) => resolve(code), fail: (failure) => reject(new Error(failure.errMsg)) })
  })
  // #endif
  // #ifndef MP-WEIXIN
  return Promise.reject(new Error('not in WeChat'))
  // #endif
}

/** Opens WeChat's dialog about messages and returns the templates that the person allowed. */
export function askForMessages(templateIds: string[]): Promise<string[]> {
  // #ifdef MP-WEIXIN
  return new Promise((resolve, reject) => {
    wx.requestSubscribeMessage({
      tmplIds: templateIds,
      success: (answer) => resolve(templateIds.filter((id) => answer[id] === 'accept')),
      fail: (failure) => reject(new Error(failure.errMsg)),
    })
  })
  // #endif
  // #ifndef MP-WEIXIN
  return Promise.resolve(templateIds.slice(0, 0))
  // #endif
}
