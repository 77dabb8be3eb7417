import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createAuthenticate } from '../../../src/http/security/authenticate.ts'

const keys = { adminKey: 'the-admin-key', operatorKey: 'the-operator-key' }
const authenticate = createAuthenticate({ ...keys, publicAccess: 'read' })

test('the two keys give their roles', async () => {
  expect((await authenticate('Bearer the-admin-key')).role).toBe('ADMIN')
  expect((await authenticate('bearer  the-operator-key ')).role).toBe('OPERATOR')
})

describe('without a key', () => {
  test('a caller is PUBLIC where reading is public', async () => {
    expect(await authenticate(undefined)).toEqual({ role: 'PUBLIC', name: null, subject: null })
    expect(await authenticate(null)).toEqual({ role: 'PUBLIC', name: null, subject: null })
  })

  test('a caller is refused where it is not', async () => {
    const closed = createAuthenticate({ ...keys, publicAccess: 'none' })
    await expect(closed(undefined)).rejects.toThrow('with a key only')
    expect((await closed('Bearer the-operator-key')).role).toBe('OPERATOR')
  })
})

test('anything else that is sent as a key is refused as UNAUTHENTICATED', async () => {
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
  await fc.assert(
    fc.asyncProperty(wrong, async (value) => {
      await expect(authenticate(value)).rejects.toThrow(expect.objectContaining({ code: 'UNAUTHENTICATED' }))
    }),
  )
})
