import { beforeEach, describe, expect, it, vi } from 'vitest'
import { emptyDevice } from '../device'

const POSTS = [
  { role: 'community_officer', community_id: 'c1', community: '甲小区' },
  { role: 'firm_dispatcher', community_id: 'c1', community: '甲小区' },
  { role: 'firm_dispatcher', community_id: 'c2', community: '乙小区' },
  { role: 'trustee', community_id: 'c1', community: '甲小区' },
]

/** The desk of somebody signed in, against a server that answers these posts. */
async function deskOf(posts: unknown[]) {
  vi.resetModules()
  emptyDevice()
  const asked: string[] = []
  vi.doMock('@/platform/transport', () => ({
    transport: async ({ url }: { url: string }) => {
      asked.push(url)
      return { status: 200, text: JSON.stringify({ items: posts }) }
    },
  }))
  const session = await import('@/stores/session')
  const desk = await import('@/stores/staff/posts')
  session.beginSession({ token: 't', account_id: 'a1', expires_at: '2099-01-01T00:00:00Z' })
  await desk.ensurePosts()
  return { desk, session, asked }
}

describe('the desk of somebody with several roles', () => {
  beforeEach(() => void vi.unstubAllGlobals())

  it('begins with the first role, and leaves out roles that have no desk', async () => {
    const { desk } = await deskOf(POSTS)
    expect(desk.roles.value).toEqual(['firm_dispatcher', 'community_officer'])
    expect(desk.role.value).toBe('firm_dispatcher')
    expect(desk.places.value.map(({ name }) => name)).toEqual(['甲小区', '乙小区'])
  })

  it('turns to another role, with the communities and pages of that role', async () => {
    const { desk } = await deskOf(POSTS)
    desk.chooseRole('community_officer')
    expect(desk.places.value).toEqual([{ id: 'c1', name: '甲小区' }])
    expect(desk.desk.value).toContain('reviews')
    expect(desk.desk.value).not.toContain('terms')
  })

  it('speaks of the chosen community only where the role holds there', async () => {
    const { desk } = await deskOf(POSTS)
    desk.choosePlace('c2')
    expect(desk.place.value?.id).toBe('c2')
    desk.chooseRole('community_officer')
    expect(desk.place.value?.id).toBe('c1')
  })

  it('asks once, and again for whoever signs in after', async () => {
    const { desk, session, asked } = await deskOf(POSTS)
    await desk.ensurePosts()
    expect(asked).toHaveLength(1)
    session.beginSession({ token: 'u', account_id: 'a2', expires_at: '2099-01-01T00:00:00Z' })
    expect(desk.role.value).toBeNull()
    await desk.ensurePosts()
    expect(asked).toHaveLength(2)
  })
})

it('somebody without a desk has none', async () => {
  const { desk } = await deskOf([{ role: 'trustee', community_id: 'c1', community: '甲小区' }])
  expect([desk.role.value, desk.desk.value]).toEqual([null, []])
})
