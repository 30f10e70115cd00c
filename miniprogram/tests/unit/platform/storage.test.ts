import { beforeEach, expect, it } from 'vitest'
import { secretsOf } from '@/platform/storage'
import { emptyDevice } from '../device'

beforeEach(() => void emptyDevice())

it('a secret is found by the account that kept it, and by no other', () => {
  secretsOf('one').keep('code', 'hidden')
  expect(secretsOf('one').read('code')).toBe('hidden')
  expect(secretsOf('two').read('code')).toBeUndefined()
})

it('an erased secret is gone', () => {
  secretsOf('one').keep('code', 'hidden')
  secretsOf('one').erase('code')
  expect(secretsOf('one').read('code')).toBeUndefined()
})
