import { expect, test } from 'vitest'
import { editsBetween, nearName } from '../../src/lib/near-name.ts'

test.each([
  ['', '', 0],
  ['PORT', 'PORT', 0],
  ['PROT', 'PORT', 1],
  ['DATABSE_URL', 'DATABASE_URL', 1],
  ['DATBAASE_URL', 'DATABASE_URL', 1],
  ['DATABSSE_URI', 'DATABASE_URL', 2],
  ['ABC', '', 3],
  ['KITTEN', 'SITTING', 3],
])('from %s to %s are %i edits', (a, b, edits) => {
  expect(editsBetween(a, b)).toBe(edits)
  expect(editsBetween(b, a)).toBe(edits)
})

const names = [
  'PORT',
  'HOST',
  'TIER',
  'WORKERS',
  'TRUSTED_PROXIES',
  'DATABASE_URL',
  'DM_DATABASE_URL',
  'KICK_CLIENT_ID',
]

test.each([
  ['DATABSE_URL', 'DATABASE_URL'],
  ['database_url', 'DATABASE_URL'],
  ['DB_DATABASE_URL', 'DM_DATABASE_URL'],
  ['WORKER', 'WORKERS'],
  ['port', 'PORT'],
  ['PROT', 'PORT'],
  ['HSOT', 'HOST'],
  ['TEIR', 'TIER'],
  ['TRUSTED_PROXY', 'TRUSTED_PROXIES'],
])('%s is meant to be %s', (name, near) => {
  expect(nearName(name, names)).toBe(near)
})

test.each(['POST', 'HOSTS', 'SPORT', 'TROP', 'PROXY', 'WALKER', 'DATABASE', 'HOME', 'KICK_CLIENT'])(
  '%s is a name of its own',
  (name) => {
    expect(nearName(name, names)).toBeUndefined()
  },
)
