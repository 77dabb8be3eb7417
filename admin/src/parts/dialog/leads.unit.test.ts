import { expect, test } from 'vitest'
import { leads } from './leads.ts'

test('another range or zone stays on the page; another place, tab or what is open does not', () => {
  const from = { pathname: '/settings', search: { tab: 'keys', from: 'now-1d', q: undefined } }
  expect(leads(from, { pathname: '/settings', search: { from: 'now-7d', zone: 'UTC', tab: 'keys' } })).toBe(false)
  expect(leads(from, { pathname: '/settings', search: { tab: 'audit' } })).toBe(true)
  expect(leads(from, { pathname: '/', search: { tab: 'keys' } })).toBe(true)
})
