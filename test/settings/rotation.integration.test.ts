import { afterAll, beforeAll, expect, test } from 'vitest'
import { type KeyRing, newKeyText, parseKeyRing } from '../../src/config/key-ring.ts'
import { findUnreadable, unreadableLine } from '../../src/settings/check-secrets.ts'
import { type Configuration, createConfiguration } from '../../src/settings/configuration.ts'
import { rotateKeys } from '../../src/settings/rotate-keys.ts'
import { statement } from '../../src/stores/postgres/statement.ts'
import { knownSettings } from '../support/settings/known-settings.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'

const author = { identity: { role: 'ADMIN', name: 'test', subject: null }, requestId: 'test' }
const signal = new AbortController().signal
const newKey = () => parseKeyRing(newKeyText())![0]
const kidOf = (sealed: string) => sealed.split('.')[1]!

let database: TestDatabase
const opened = (ring: KeyRing): Configuration =>
  createConfiguration({ db: database.db, ring, environment: { name: 'test' }, settings: knownSettings })
const rotate = (ring: KeyRing) => rotateKeys({ db: database.db, ring, environment: { name: 'test' } }, signal)
const unreadable = (ring: KeyRing) => findUnreadable(database.db, ring, { name: 'test' })
const write = async (configuration: Configuration, key: string, value: string) => {
  const outcome = await configuration.set({ key, value, category: 'auth', encrypt: true }, author)
  expect(outcome.kind).toBe('set')
}
const rows = async () =>
  (
    await database.db.pool.query<{ key: string; value: string; version: number; updated_at: Date }>(
      'SELECT key, value, version, updated_at FROM public.configuration WHERE is_encrypted ORDER BY key',
    )
  ).rows

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

const keys = Array.from({ length: 130 }, (_, index) => `app${index}.secret`)

test('keys are rotated under load: no read fails, no write is lost, and the old key opens nothing afterwards', async () => {
  const [before, after] = [newKey(), newKey()]
  for (const key of keys) await write(opened([before]), key, `${key}=0`)
  // Every process knows both keys before any encrypts with the new one.
  const [behind, ahead] = [opened([before, after]), opened([after, before])]
  const ending = new AbortController()
  let reads = 0
  const reading = [behind, ahead].map(async (configuration) => {
    for (let n = 0; !ending.signal.aborted; n++) {
      const key = keys[(n * 37) % keys.length]!
      expect((await configuration.readSecret(key))?.startsWith(`${key}=`)).toBe(true)
      reads++
    }
  })
  const latest = new Map(keys.map((key) => [key, `${key}=0`]))
  let writes = 0
  const writing = [behind, ahead].map(async (configuration, writer) => {
    for (let n = 1; !ending.signal.aborted; n++) {
      // Each entry has one writer, so that the last value of each is known.
      const key = keys[(n * 26 + writer) % keys.length]!
      await write(configuration, key, `${key}=${n}`)
      latest.set(key, `${key}=${n}`)
      writes++
    }
  })
  const rotations = []
  for (let n = 0; n < 4; n++) rotations.push(await Promise.all([rotate([after, before]), rotate([after, before])]))
  ending.abort()
  await Promise.all([...reading, ...writing])
  for (const { unreadable } of rotations.flat()) expect(unreadable).toEqual([])
  expect(reads).toBeGreaterThan(50)
  expect(writes).toBeGreaterThan(10)

  // Those who still encrypted with the old key have ended.
  expect(await rotate([after, before])).toMatchObject({ stillWritten: 0, unreadable: [] })
  for (const [key, value] of latest) expect(await opened([after]).readSecret(key)).toBe(value)
  expect(await unreadable([after])).toBeNull()
  for (const key of keys) await expect(opened([before]).readSecret(key)).rejects.toThrow('(unknown-key)')
  expect((await rows()).map(({ value }) => kidOf(value))).toEqual(keys.map(() => after.kid))
})

test('a rotation changes nothing but the wrapped keys, and doing it again changes nothing at all', async () => {
  const { kid } = { kid: kidOf((await rows())[0]!.value) }
  await database.db.pool.query('DELETE FROM public.configuration')
  const [before, after] = [newKey(), newKey()]
  for (const key of keys.slice(0, 3)) await write(opened([before]), key, key)
  await write(opened([before]), 'plain', 'x')
  const old = await rows()
  expect(await rotate([after, before])).toEqual({ rewrapped: 4, stillWritten: 0, unreadable: [] })
  const now = await rows()
  for (const [index, { value, ...rest }] of now.entries()) {
    const [, , wrapped, payload] = value.split('.')
    const [, , wrappedBefore, payloadBefore] = old[index]!.value.split('.')
    expect(payload).toBe(payloadBefore)
    expect(wrapped).not.toBe(wrappedBefore)
    expect(rest).toEqual({ key: old[index]!.key, version: old[index]!.version, updated_at: old[index]!.updated_at })
  }
  expect(kidOf(now[0]!.value)).not.toBe(kid)
  expect(await rotate([after, before])).toEqual({ rewrapped: 0, stillWritten: 0, unreadable: [] })
  expect(await rows()).toEqual(now)
})

test('what is set between reading and replacing stays as it was set', async () => {
  await database.db.pool.query('DELETE FROM public.configuration')
  const [before, after] = [newKey(), newKey()]
  await write(opened([before]), 'late.secret', 'old')
  let overtaken = 0
  const { db } = database
  const slow: typeof db = {
    ...db,
    transaction: async (work) => {
      if (overtaken++ === 0) await write(opened([before, after]), 'late.secret', 'new')
      return db.transaction(work)
    },
  }
  expect(await rotateKeys({ db: slow, ring: [after, before], environment: { name: 'test' } }, signal)).toMatchObject({
    rewrapped: 1,
  })
  expect(overtaken).toBe(2)
  expect(await opened([after]).readSecret('late.secret')).toBe('new')
})

test('values that no key opens are told by their entries, and hold up no other', async () => {
  await database.db.pool.query('DELETE FROM public.configuration')
  const [before, lost, after] = [newKey(), newKey(), newKey()]
  await write(opened([before]), 'a.secret', 'a')
  await write(opened([lost]), 'b.secret', 'b')
  await write(opened([before]), 'c.secret', 'c')
  const ring: KeyRing = [after, before, { kid: 'other', key: lost.key }]
  const { rewrapped, unreadable: told } = await rotate(ring)
  expect(rewrapped).toBe(2)
  expect(told).toEqual([{ ok: false, key: 'b.secret', kid: lost.kid, reason: 'unknown-key' }])
  const found = await unreadable(ring)
  expect(unreadableLine(found!)).toBe(
    `CONFIG_KEYS must hold the key "${lost.kid}", which the value of "b.secret" is encrypted with: add it, or give the value up by "channelscope config unset b.secret".`,
  )
  expect(await unreadable([after, { kid: lost.kid, key: before.key }])).toMatchObject({
    key: 'b.secret',
    reason: 'wrong-key',
  })
  expect(await unreadable([after, lost])).toBeNull()
})

test('all encrypted values are looked at, in pages', async () => {
  await database.db.pool.query('DELETE FROM public.configuration')
  const key = newKey()
  for (const name of keys) await write(opened([key]), name, 'x')
  await write(opened([newKey()]), 'zz.last.secret', 'x')
  const pages: string[] = []
  const forget = database.db.onStatement(
    (name) => void (name?.startsWith('configuration_encrypted') && pages.push(name)),
  )
  expect(await unreadable([key])).toMatchObject({ key: 'zz.last.secret' })
  forget()
  expect(pages).toHaveLength(3)
  await database.db.query(statement('test_clear', 'DELETE FROM public.configuration'))
  expect(await unreadable([key])).toBeNull()
})
