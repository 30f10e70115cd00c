/** Signing in and out, and who one is. */
import { server } from './server'
import type { IssuedToken, Me } from './types'

/** Has a one-time code sent to a phone. */
export async function requestCode(phone: string): Promise<void> {
  await server.call('post', '/api/v1/sign-in/codes', { body: { phone } })
}

/** Exchanges the code for a token. */
export function exchangeCode(phone: string, code: string): Promise<IssuedToken> {
  return server.call('post', '/api/v1/sign-in/tokens', { body: { phone, code } })
}

/** Exchanges WeChat's two codes (wx.login, phone number button) for a token. */
export function exchangeWeChatCodes(code: string, phoneCode: string): Promise<IssuedToken> {
  return server.call('post', '/api/v1/sign-in/wechat', { body: { code, phone_code: phoneCode } })
}

/** Gives the token back. */
export async function revokeToken(): Promise<void> {
  await server.call('delete', '/api/v1/sign-in/tokens/current', {})
}

/** A copy of everything that is held about the caller (PIPL art. 45). */
export async function copyOwnData(): Promise<Record<string, unknown>> {
  return (await server.call('get', '/api/v1/me/data', {})).data
}

/** Closes the caller's account; what the law has kept stays without the phone. */
export async function closeAccount(key: string): Promise<void> {
  await server.call('post', '/api/v1/me/closure', { key })
}

export function getMe(): Promise<Me> {
  return server.call('get', '/api/v1/me', {})
}
