import { describe, expect, test } from 'vitest'
import { createAddressOf } from '../../../src/http/security/client-address.ts'
import { silentLog } from '../../../src/lib/log.ts'
import { isLoopback } from '../../../src/lib/loopback.ts'

const addressOf = (trusted: readonly string[], remoteAddress: string | undefined, forwarded?: string): string =>
  createAddressOf(trusted)({
    socket: { remoteAddress } as never,
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  })

describe('X-Forwarded-For', () => {
  const proxies = ['10.0.0.0/8', '2001:db8:ffff::/48', '127.0.0.1']
  test.each([
    ['is not read without trusted proxies', [], '198.51.100.7', '203.0.113.9', '198.51.100.7'],
    ['of a stranger is not read', proxies, '198.51.100.7', '203.0.113.9', '198.51.100.7'],
    ['of a trusted proxy tells the client', proxies, '10.1.2.3', '203.0.113.9', '203.0.113.9'],
    [
      'is believed from its end, not from where clients write',
      proxies,
      '10.1.2.3',
      '1.1.1.1, 203.0.113.9',
      '203.0.113.9',
    ],
    [
      'is followed through several trusted proxies',
      proxies,
      '10.1.2.3',
      '1.1.1.1,203.0.113.9, 10.9.9.9',
      '203.0.113.9',
    ],
    ['with trusted proxies alone tells the first of them', proxies, '10.1.2.3', '10.7.7.7, 10.9.9.9', '10.7.7.7'],
    ['may come from a trusted IPv6 proxy', proxies, '2001:db8:ffff::1', '203.0.113.9', '203.0.113.9'],
    ['may come from an IPv4 address in IPv6 form', proxies, '::ffff:10.1.2.3', '::ffff:203.0.113.9', '203.0.113.9'],
    ['may have ports', proxies, '10.1.2.3', '203.0.113.9:51234', '203.0.113.9'],
    ['may have IPv6 addresses in brackets', proxies, '10.1.2.3', '[2001:db8:1:2:3::4]:443', '2001:db8:1:2::/64'],
    ['that can not be read leaves the proxy', proxies, '10.1.2.3', 'unknown', '10.1.2.3'],
    ['that is empty leaves the proxy', proxies, '10.1.2.3', '', '10.1.2.3'],
    ['never makes anyone this machine', proxies, '10.1.2.3', '127.0.0.1', '10.1.2.3'],
    ['of this machine’s proxy is read where it is trusted', proxies, '127.0.0.1', '203.0.113.9', '203.0.113.9'],
    ['of this machine’s proxy is not read where it is not', [], '127.0.0.1', '203.0.113.9', 'behind 127.0.0.1'],
    ['is followed through two proxies of this machine', proxies, '127.0.0.1', '203.0.113.9, 127.0.0.1', '203.0.113.9'],
    ['that names this machine alone is not direct', proxies, '127.0.0.1', '127.0.0.1', 'behind 127.0.0.1'],
    ['that names this machine by IPv6 is not direct', proxies, '127.0.0.1', '::1', 'behind 127.0.0.1'],
    ['that names a mapped loopback address is not direct', proxies, '::1', '::ffff:127.0.0.1', 'behind ::1'],
    [
      'that names a loopback address in hexadecimals is nobody’s',
      proxies,
      '127.0.0.1',
      '::ffff:7f00:1',
      '0:0:0:0::/64',
    ],
    ['that names a private host is that host', proxies, '127.0.0.1', '192.168.0.7', '192.168.0.7'],
    ['of this machine’s proxy that can not be read is not direct', proxies, '127.0.0.1', 'unknown', 'behind 127.0.0.1'],
    ['of this machine’s proxy that is empty is not direct', proxies, '127.0.0.1', '', 'behind 127.0.0.1'],
  ])('%s', (_, trusted, remote, forwarded, expected) => {
    expect(addressOf(trusted, remote, forwarded)).toBe(expected)
  })
})

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
  ['2001:0db8:0001::9', '2001:db8:1:0::/64'],
  ['2001:db8::', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
  ['::1', '::1'],
])('limits count %s as %s', (remote, expected) => {
  expect(addressOf([], remote)).toBe(expected)
  expect(addressOf(['10.0.0.0/8'], remote, '203.0.113.9')).toBe(expected === '::1' ? 'behind ::1' : expected)
})

test.each([
  ['forwarded', 'for=203.0.113.9'],
  ['via', '1.1 proxy'],
  ['x-real-ip', '203.0.113.9'],
  ['x-forwarded-proto', 'https'],
])('a connection of this machine that carries %s is a proxy’s', (name, value) => {
  const socket = { remoteAddress: '127.0.0.1' } as never
  expect(createAddressOf()({ socket, headers: { [name]: value, host: 'localhost' } })).toBe('behind 127.0.0.1')
  expect(createAddressOf()({ socket, headers: { host: 'localhost' } })).toBe('127.0.0.1')
})

test('a proxy of this machine that is not trusted is told once', () => {
  const lines: object[] = []
  const log = { ...silentLog, warn: (fields: object) => void lines.push(fields) }
  const of = (trusted: readonly string[]) => createAddressOf(trusted, log)
  const request = { socket: { remoteAddress: '127.0.0.1' } as never, headers: { 'x-forwarded-for': 'unknown' } }
  of(['127.0.0.1'])(request)
  expect(lines).toEqual([])
  const untrusting = of([])
  for (let i = 0; i < 3; i++) untrusting(request)
  expect(lines).toEqual([{ proxy: '127.0.0.1' }])
})

test('a connection without an address is this machine’s own', () => {
  expect(addressOf(['10.0.0.0/8'], undefined)).toBe('')
  expect(['', '127.0.0.1', '127.8.8.8', '::1'].every(isLoopback)).toBe(true)
  expect(['128.0.0.1', '::2', '1.127.0.1', '2001:db8:0:0::/64'].some(isLoopback)).toBe(false)
})
