import { expect, test } from 'vitest'
import { isUnavailable } from '../../../src/stores/postgres/failure.ts'

const failed = (code: string) => Object.assign(new Error('no'), { code })

test.each([
  ['the connection was refused', 'ECONNREFUSED'],
  ['this machine has no file left for a connection', 'EMFILE'],
  ['this machine has no port left', 'EADDRNOTAVAIL'],
  ['the network is away', 'ENETUNREACH'],
  ['the disk of the server is full', '53100'],
  ['the server has no memory left', '53200'],
  ['the server takes no more connections', '53300'],
  ['the server can not read its files', '58030'],
  ['the server stops', '57P01'],
  ['the statement was cancelled', '57014'],
  ['the server is a standby', '25006'],
  ['the connection broke', '08006'],
])('%s (%s): the database is unavailable', (_, code) => {
  expect(isUnavailable(failed(code))).toBe(true)
  expect(isUnavailable(new AggregateError([failed(code)]))).toBe(true)
})

test.each(['42P01', '42601', '23505', '22P02', 'ENOENT', ''])('%s is no such failure', (code) => {
  expect(isUnavailable(failed(code))).toBe(false)
})
