/** Randomness fit for secrets, from the system alone. */

/**
 * Draws random bytes.
 *
 * WeChat draws asynchronously (wx.getRandomValues, base library 2.15.0), so both platforms do. It rejects
 * rather than fall back on anything weaker.
 */
export function randomBytes(length: number): Promise<Uint8Array> {
  // #ifdef MP-WEIXIN
  return new Promise((resolve, reject) => {
    wx.getRandomValues({
      length,
      success: ({ randomValues }) => resolve(new Uint8Array(randomValues)),
      fail: (failure) => reject(new Error(failure.errMsg)),
    })
  })
  // #endif
  // #ifndef MP-WEIXIN
  return Promise.resolve(crypto.getRandomValues(new Uint8Array(length)))
  // #endif
}

/** A fresh Idempotency-Key: 128 random bits as hex. */
export async function newKey(): Promise<string> {
  const bytes = await randomBytes(16)
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
