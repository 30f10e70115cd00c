/** Who is signed in on this device. The token is kept until it ends, is given back, or is refused. */
import { computed, reactive, readonly } from 'vue'
import { keep, read, remove } from '@/platform/storage'
import type { IssuedToken } from '@/api/types'

const PLACE = 'session'

interface Session {
  token: string
  accountId: string
  expiresAt: string
}

const state = reactive({ session: null as Session | null, hasLapsed: false })

/** Whether somebody is signed in. */
export const isSignedIn = computed(() => state.session !== null)

/** The state as pages may read it. */
export const session = readonly(state)

/** Takes up the sign-in that the device kept, unless its time is over. */
export function restoreSession(now: Date): void {
  const kept = read<Session>(PLACE)
  if (!kept) return
  if (Date.parse(kept.expiresAt) > now.getTime()) state.session = kept
  else forget(true)
}

/** Keeps a token that the server issued. */
export function beginSession(issued: IssuedToken): void {
  state.session = { token: issued.token, accountId: issued.account_id, expiresAt: issued.expires_at }
  state.hasLapsed = false
  keep(PLACE, state.session)
}

/** Forgets the token; the server was told, or could not be. */
export function endSession(): void {
  forget(false)
}

/** The caller of every call. A token that is refused ends the session, but not one that began meanwhile. */
export const caller = {
  token: (): string | null => state.session?.token ?? null,
  onTokenRefused: (token: string): void => {
    if (state.session?.token === token) forget(true)
  },
}

function forget(hasLapsed: boolean): void {
  state.session = null
  state.hasLapsed = hasLapsed
  remove(PLACE)
}
