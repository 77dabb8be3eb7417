import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createAuthenticate } from '../../src/http/authenticate.ts'

const keys = { adminKey: 'the-admin-key', operatorKey: 'the-operator-key' }
const authenticate = createAuthenticate({ ...keys, publicAccess: 'read' })

test('the two keys give their roles', () => {
  expect(authenticate('Bearer the-admin-key').role).toBe('ADMIN')
  expect(authenticate('bearer  the-operator-key ').role).toBe('OPERATOR')
})

describe('without a key', () => {
  test('a caller is PUBLIC where reading is public', () => {
    expect(authenticate(undefined)).toEqual({ role: 'PUBLIC', name: null })
    expect(authenticate(null)).toEqual({ role: 'PUBLIC', name: null })
  })

  test('a caller is refused where it is not', () => {
    const closed = createAuthenticate({ ...keys, publicAccess: 'none' })
    expect(() => closed(undefined)).toThrow('with a key only')
    expect(closed('Bearer the-operator-key').role).toBe('OPERATOR')
  })
})

test('anything else that is sent as a key is refused as UNAUTHENTICATED', () => {
  const wrong = fc.oneof(
    fc.constantFrom(
      '',
      'Bearer',
      'Bearer ',
      'the-admin-key',
      'Basic dGhlLWFkbWluLWtleQ==',
      'Bearer the-admin-key2',
      'Bearer schlüssel',
      `Bearer ${'x'.repeat(10_000)}`,
    ),
    fc.string({ maxLength: 200 }),
    fc.string({ maxLength: 200 }).map((text) => `Bearer ${text}`),
  )
  fc.assert(
    fc.property(wrong, (value) => {
      expect(() => authenticate(value)).toThrow(expect.objectContaining({ code: 'UNAUTHENTICATED' }))
    }),
  )
})
