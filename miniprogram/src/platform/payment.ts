/** Paying by WeChat: in the mini-program by its own dialog; a browser shows the code of the order instead. */

/** What the server signed for wx.requestPayment. */
export interface PaymentRequest {
  timeStamp: string
  nonceStr: string
  package: string
  signType: 'RSA'
  paySign: string
}

/** `asked` means only that WeChat's dialog ended well: whether money came is the server's to say. */
export type PaymentOutcome = 'asked' | 'cancelled'

/** Whether WeChat's own dialog is to be had; where not, show the order's code to be scanned. */
export function hasPaymentDialog(): boolean {
  // #ifdef MP-WEIXIN
  return true
  // #endif
  // #ifndef MP-WEIXIN
  return false
  // #endif
}

/** Opens WeChat's dialog. Rejects where it fails otherwise than by the person's turning back. */
export function pay(request: PaymentRequest): Promise<PaymentOutcome> {
  // #ifdef MP-WEIXIN
  return new Promise((resolve, reject) => {
    wx.requestPayment({
      ...request,
      success: () => resolve('asked'),
      fail: ({ errMsg }) => (/cancel/.test(errMsg) ? resolve('cancelled') : reject(new Error(errMsg))),
    })
  })
  // #endif
  // #ifndef MP-WEIXIN
  return Promise.reject(new Error(`no payment dialog for ${request.package}`))
  // #endif
}
