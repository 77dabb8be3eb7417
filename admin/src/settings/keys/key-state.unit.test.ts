import { expect, test } from 'vitest'
import { callerName, keyState } from './key-state.ts'

test('who made a key is called by name', () => {
  const keys = [{ id: '01J', name: 'Ada' }]
  expect(callerName('bootstrap:admin', keys)).toBe('admin key of the server')
  expect(callerName('key:01J', keys)).toBe('Ada')
  expect(callerName('key:02J', keys)).toBe('key:02J')
  expect(callerName('auth0|bea', keys)).toBe('auth0|bea')
})

test('a key is valid until it is revoked or its time is over', () => {
  const expiresAt = new Date(1_000).toISOString()
  expect(keyState({ revokedAt: null, expiresAt: null }, 0)).toBe('valid')
  expect(keyState({ revokedAt: null, expiresAt }, 999)).toBe('valid')
  expect(keyState({ revokedAt: null, expiresAt }, 1_000)).toBe('expired')
  expect(keyState({ revokedAt: expiresAt, expiresAt }, 0)).toBe('revoked')
})
