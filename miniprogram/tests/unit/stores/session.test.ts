import { beforeEach, describe, expect, it } from 'vitest'
import { beginSession, caller, endSession, isSignedIn, restoreSession, session } from '@/stores/session'
import { emptyDevice } from '../device'

const ISSUED = { token: 'secret', account_id: 'a1', expires_at: '2026-03-03T12:00:00+08:00' }
const BEFORE = new Date('2026-03-03T03:59:59Z')
const AFTER = new Date('2026-03-03T04:00:00Z')

let kept: Map<string, unknown>

beforeEach(() => {
  kept = emptyDevice()
  endSession()
})

describe('a sign-in', () => {
  it('is taken up again until its time is over', () => {
    beginSession(ISSUED)
    const stored = kept.get('session')
    endSession()
    kept.set('session', stored)
    restoreSession(BEFORE)
    expect([isSignedIn.value, caller.token(), session.session?.accountId]).toEqual([true, 'secret', 'a1'])
  })

  it('is forgotten when its time is over, and the person is told', () => {
    kept.set('session', { token: 'secret', accountId: 'a1', expiresAt: ISSUED.expires_at })
    restoreSession(AFTER)
    expect([isSignedIn.value, session.hasLapsed, kept.has('session')]).toEqual([false, true, false])
  })

  it('ends when the server refuses its token', () => {
    beginSession(ISSUED)
    caller.onTokenRefused('secret')
    expect([isSignedIn.value, session.hasLapsed, kept.has('session')]).toEqual([false, true, false])
  })

  it('does not end because an earlier token is refused late', () => {
    beginSession(ISSUED)
    caller.onTokenRefused('an earlier one')
    expect(isSignedIn.value).toBe(true)
  })

  it('leaves nothing behind when the person signs out', () => {
    beginSession(ISSUED)
    endSession()
    expect([caller.token(), session.hasLapsed, kept.size]).toEqual([null, false, 0])
  })
})
