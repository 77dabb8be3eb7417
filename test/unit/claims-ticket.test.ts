import { expect, test } from 'vitest'
import { createLinkTickets, ticketLifetimeMs } from '../../src/claims/link-ticket.ts'

let now = 0
const clock = () => now
const tickets = createLinkTickets({ secret: 'one', clock })
const redirectUri = 'http://localhost/back'

test('a ticket opens with its state, once, on the node that issued it', () => {
  const { sealed, ticket } = tickets.issue(7, redirectUri)
  expect(ticket).toMatchObject({ streamerId: 7, redirectUri })
  expect(tickets.spend(sealed, ticket.state)).toEqual({ kind: 'valid', ticket })
  expect(tickets.spend(sealed, ticket.state)).toEqual({ kind: 'spent' })
})

test('every node with the same secret opens it, and no other', () => {
  const { sealed, ticket } = tickets.issue(7, redirectUri)
  expect(createLinkTickets({ secret: 'one', clock }).spend(sealed, ticket.state).kind).toBe('valid')
  expect(createLinkTickets({ secret: 'two', clock }).spend(sealed, ticket.state).kind).toBe('foreign')
})

test('it says nothing, and no two are alike', () => {
  const [a, b] = [tickets.issue(7, redirectUri), tickets.issue(7, redirectUri)]
  expect(Buffer.from(a.sealed, 'base64url').toString('latin1')).not.toMatch(/localhost|state|streamer/)
  expect(new Set([a.sealed, b.sealed, a.ticket.state, b.ticket.state, a.ticket.codeVerifier]).size).toBe(5)
})

test('one changed bit, another length or another state makes it foreign', () => {
  const { sealed, ticket } = tickets.issue(7, redirectUri)
  const bytes = Buffer.from(sealed, 'base64url')
  for (let i = 0; i < bytes.length; i++) {
    const changed = Buffer.from(bytes)
    changed[i]! ^= 1
    expect(tickets.spend(changed.toString('base64url'), ticket.state).kind).toBe('foreign')
    expect(tickets.spend(bytes.subarray(0, i).toString('base64url'), ticket.state).kind).toBe('foreign')
  }
  for (const state of ['', `${ticket.state}x`, ticket.state.slice(1), ticket.codeVerifier])
    expect(tickets.spend(sealed, state).kind).toBe('foreign')
})

test('it expires, and the state of an expired one is not used up', () => {
  const { sealed, ticket } = tickets.issue(7, redirectUri)
  now += ticketLifetimeMs - 1
  const late = createLinkTickets({ secret: 'one', clock })
  expect(late.spend(sealed, ticket.state).kind).toBe('valid')
  now += 1
  expect(tickets.spend(sealed, ticket.state).kind).toBe('expired')
})
