import { expect, test } from 'vitest'
import { emptyTarget, secretsOf, settingsOf, targetDraftOf, targetLack } from './target-draft.ts'

test('each kind has its own settings and secrets', () => {
  const url = 'https://example.com/hook'
  expect(settingsOf({ ...emptyTarget, threadId: '12' })).toEqual({ threadId: '12' })
  expect(secretsOf({ ...emptyTarget, kind: 'SLACK', url, authorization: 'x' })).toEqual({ url })
  expect(secretsOf({ ...emptyTarget, kind: 'HTTP', url, authorization: 'Bearer x' })).toEqual({
    url,
    authorization: 'Bearer x',
  })
  const mail = { ...emptyTarget, kind: 'EMAIL', host: 'mail.example.com', from: 'a@b.c', to: 'd@e.f\n g@h.i ' } as const
  expect(settingsOf(mail)).toEqual({
    host: 'mail.example.com',
    port: 465,
    security: 'tls',
    from: 'a@b.c',
    to: ['d@e.f', 'g@h.i'],
  })
  expect(secretsOf({ ...mail, user: 'u', password: 'p' })).toEqual({ login: { user: 'u', password: 'p' } })
})

test('a secret that is not written stays, and one that is dropped is null', () => {
  expect(secretsOf({ ...emptyTarget, kind: 'HTTP' })).toEqual({})
  expect(secretsOf({ ...emptyTarget, kind: 'HTTP', authorization: 'x', dropsAuthorization: true })).toEqual({
    authorization: null,
  })
  expect(secretsOf({ ...emptyTarget, kind: 'EMAIL' })).toEqual({})
  expect(secretsOf({ ...emptyTarget, kind: 'EMAIL', dropsLogin: true })).toEqual({ login: null })
})

test('settings that there are stand in the form', () => {
  const settings = { host: 'mail.example.com', port: 587, security: 'starttls', from: 'a@b.c', to: ['d@e.f', 'g@h.i'] }
  const draft = targetDraftOf({ kind: 'EMAIL', name: 'Mail', settings })
  expect(settingsOf(draft)).toEqual(settings)
  expect(draft).toMatchObject({ name: 'Mail', user: '', password: '' })
})

test('a new target needs what it is nothing without', () => {
  expect(targetLack(emptyTarget, true)).toBe('Give it a name.')
  expect(targetLack({ ...emptyTarget, name: 'x' }, true)).toBe('Give its URL.')
  expect(targetLack({ ...emptyTarget, name: 'x' }, false)).toBeNull()
  expect(targetLack({ ...emptyTarget, name: 'x', kind: 'EMAIL' }, true)).toBe('Give server, sender and recipients.')
})
