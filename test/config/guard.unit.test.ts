import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config/config.ts'

describe('the settings of the guard', () => {
  test('let much through by default, and trust no proxy and no manifest', () => {
    const { rates, trustedProxies, trustedOperations } = readConfig({})
    expect({ rates, trustedProxies, trustedOperations }).toEqual({
      rates: { perAddress: 6_000, perKey: 60_000 },
      trustedProxies: [],
      trustedOperations: 'off',
    })
  })

  test('may all be set', () => {
    const { rates, trustedProxies, trustedOperations } = readConfig({
      RATE_LIMIT_PER_ADDRESS: '1000',
      RATE_LIMIT_PER_KEY: '100000000',
      TRUSTED_PROXIES: '10.0.0.0/8, 192.0.2.1,2001:db8::/32, ::1',
      TRUSTED_OPERATIONS: 'only',
    })
    expect({ rates, trustedProxies, trustedOperations }).toEqual({
      rates: { perAddress: 1_000, perKey: 100_000_000 },
      trustedProxies: ['10.0.0.0/8', '192.0.2.1', '2001:db8::/32', '::1'],
      trustedOperations: 'only',
    })
  })

  test.each([
    ['RATE_LIMIT_PER_ADDRESS', '999', 'a whole number from 1000 to 100000000'],
    ['RATE_LIMIT_PER_KEY', '1e6', 'a whole number from 1000 to 100000000'],
    ['TRUSTED_OPERATIONS', 'on', 'one of off, prefer, only'],
    ['TRUSTED_PROXIES', '10.0.0.0/33', 'a comma-separated list of addresses or networks like 10.0.0.0/8'],
    ['TRUSTED_PROXIES', '2001:db8::/129', 'a comma-separated list of addresses or networks like 10.0.0.0/8'],
    ['TRUSTED_PROXIES', '10.0.0.0/', 'a comma-separated list of addresses or networks like 10.0.0.0/8'],
    ['TRUSTED_PROXIES', '10.0.0', 'a comma-separated list of addresses or networks like 10.0.0.0/8'],
    ['TRUSTED_PROXIES', 'proxy.example', 'a comma-separated list of addresses or networks like 10.0.0.0/8'],
    ['TRUSTED_PROXIES', '10.0.0.1 10.0.0.2', 'a comma-separated list of addresses or networks like 10.0.0.0/8'],
  ])('%s=%s stops the start with one line', (name, value, allowed) => {
    expect(() => readConfig({ [name]: value })).toThrow(`${name} must be ${allowed}.`)
  })
})
