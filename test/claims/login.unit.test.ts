import { expect, test } from 'vitest'
import { createLinkLogins, loginLifetimeMs } from '../../src/claims/link-login.ts'

let now = 0
const clock = () => now
const logins = createLinkLogins({ secret: () => 'one', clock })
const redirectUri = 'http://localhost/back'

test('a login opens with its state, once, on the node that began it', () => {
  const { sealed, login } = logins.begin('digest', redirectUri)
  expect(login).toMatchObject({ ticketDigest: 'digest', redirectUri })
  expect(logins.finish(sealed, login.state)).toEqual({ kind: 'valid', login })
  expect(logins.finish(sealed, login.state)).toEqual({ kind: 'spent' })
})

test('every node with the same secret opens it, and no other', () => {
  const { sealed, login } = logins.begin('digest', redirectUri)
  expect(createLinkLogins({ secret: () => 'one', clock }).finish(sealed, login.state).kind).toBe('valid')
  expect(createLinkLogins({ secret: () => 'two', clock }).finish(sealed, login.state).kind).toBe('foreign')
})

test('a login that is under way when the secret changes is finished, also on a node that knows the new one already', () => {
  let secret = 'old'
  const [here, there] = [
    createLinkLogins({ secret: () => secret, clock }),
    createLinkLogins({ secret: () => secret, clock }),
  ]
  const begun = here.begin('digest', redirectUri)
  there.begin('digest', redirectUri)
  secret = 'new'
  for (const node of [here, there]) expect(node.finish(begun.sealed, begun.login.state).kind).toBe('valid')
  const next = here.begin('digest', redirectUri)
  expect(createLinkLogins({ secret: () => 'old', clock }).finish(next.sealed, next.login.state).kind).toBe('foreign')
  expect(there.finish(next.sealed, next.login.state).kind).toBe('valid')
})

test('it says nothing, and no two are alike', () => {
  const [a, b] = [logins.begin('digest', redirectUri), logins.begin('digest', redirectUri)]
  expect(Buffer.from(a.sealed, 'base64url').toString('latin1')).not.toMatch(/localhost|state|digest/)
  expect(new Set([a.sealed, b.sealed, a.login.state, b.login.state, a.login.codeVerifier]).size).toBe(5)
})

test('one changed bit, another length or another state makes it foreign', () => {
  const { sealed, login } = logins.begin('digest', redirectUri)
  const bytes = Buffer.from(sealed, 'base64url')
  for (let i = 0; i < bytes.length; i++) {
    const changed = Buffer.from(bytes)
    changed[i]! ^= 1
    expect(logins.finish(changed.toString('base64url'), login.state).kind).toBe('foreign')
    expect(logins.finish(bytes.subarray(0, i).toString('base64url'), login.state).kind).toBe('foreign')
  }
  for (const state of ['', `${login.state}x`, login.state.slice(1), login.codeVerifier])
    expect(logins.finish(sealed, state).kind).toBe('foreign')
})

test('it expires, and the state of an expired one is not used up', () => {
  const { sealed, login } = logins.begin('digest', redirectUri)
  now += loginLifetimeMs - 1
  const late = createLinkLogins({ secret: () => 'one', clock })
  expect(late.finish(sealed, login.state).kind).toBe('valid')
  now += 1
  expect(logins.finish(sealed, login.state).kind).toBe('expired')
})
