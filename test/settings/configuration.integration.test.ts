import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newKeyText, parseKeyRing } from '../../src/config/key-ring.ts'
import { createConfiguration } from '../../src/settings/configuration.ts'
import { adminKey, operatorKey, startTestApi, type TestApi } from '../support/http/api.ts'
import { knownSettings } from '../support/settings/known-settings.ts'
import { dumpDatabase } from '../support/stores/dump-database.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { sidesOf } from '../support/stores/split-postgres.ts'

const canaries: string[] = []
const canary = (name: string): string => {
  const text = `canary-${name}-${'\u{1f511}'}-value`
  canaries.push(text)
  return text
}

const resources = new AsyncDisposableStack()
const logged: string[] = []
let database: TestDatabase
let api: TestApi
const ring = parseKeyRing(newKeyText())!
beforeAll(async () => {
  database = resources.use(await createTestDatabase())
  const { db } = database
  const write = (fields: object, message: string) => void logged.push(JSON.stringify([fields, message]))
  const log = { debug: write, info: write, warn: write, error: write, child: () => log }
  const configuration = createConfiguration({ db, ring, environment: { name: 'test' }, settings: knownSettings })
  api = resources.use(await startTestApi({ db, log, services: { configuration } }))
})
afterAll(() => resources.disposeAsync())

const fields = 'key version value description category isEncrypted updatedBy'
const mutation = `mutation ($key: String!, $value: String!, $category: ConfigurationCategory!, $description: String, $encrypt: Boolean, $version: Int) {
  setConfiguration(key: $key, value: $value, category: $category, description: $description, encrypt: $encrypt, expectedVersion: $version) {
    __typename
    ... on SetConfigurationSuccess { entry { ${fields} } }
    ... on InvalidInput { code argument message }
    ... on VersionConflict { code message current { ${fields} } }
  }
}`
const answers: string[] = []
const ask = async (query: string, variables: object = {}, key = adminKey) => {
  const answer = await api.ask(query, variables, key)
  answers.push(JSON.stringify(answer))
  return answer
}
const set = async (key: string, value: string, more: object = {}) => {
  const { data, errors } = await ask(mutation, { key, value, category: 'SYSTEM', ...more })
  expect(errors).toBeUndefined()
  return data.setConfiguration
}
const remove = async (key: string) =>
  (await ask('mutation ($key: String!) { deleteConfiguration(key: $key) { __typename } }', { key })).data
    .deleteConfiguration.__typename
const list = async (category?: string) =>
  (
    await ask(`query ($category: ConfigurationCategory) { configuration(category: $category) { ${fields} } }`, {
      category,
    })
  ).data.configuration
const stored = async (key: string) =>
  (await database.db.pool.query('SELECT * FROM public.configuration WHERE key = $1', [key])).rows[0]
const audit = async (key: string) =>
  (
    await database.db.pool.query(
      'SELECT action, before, after FROM public.audit_log WHERE target = $1 ORDER BY recorded_at, id',
      [`configuration:${key}`],
    )
  ).rows

describe('an entry', () => {
  test('is made, changed, listed and removed, each with one row of the audit log', async () => {
    const made = await set('smtp.host', 'mail.example', { description: 'Where mail goes' })
    expect(made).toEqual({
      __typename: 'SetConfigurationSuccess',
      entry: {
        key: 'smtp.host',
        version: 1,
        value: 'mail.example',
        description: 'Where mail goes',
        category: 'SYSTEM',
        isEncrypted: false,
        updatedBy: expect.any(String),
      },
    })
    const changed = await set('smtp.host', 'other.example', { category: 'AUTH' })
    expect(changed.entry).toMatchObject({
      version: 2,
      value: 'other.example',
      category: 'AUTH',
      description: 'Where mail goes',
    })
    expect(
      (await set('smtp.host', 'other.example', { category: 'AUTH', description: null })).entry.description,
    ).toBeNull()
    expect(await list('AUTH')).toMatchObject([{ key: 'smtp.host', version: 3 }])
    expect(await list('SYSTEM')).toEqual([])
    expect(await remove('smtp.host')).toBe('DeleteConfigurationSuccess')
    expect(await remove('smtp.host')).toBe('NotFound')
    expect(await remove('NO KEY \0')).toBe('NotFound')
    expect(await list()).toEqual([])
    const rows = await audit('smtp.host')
    expect(rows.map(({ action }) => action)).toEqual([
      'configuration.set',
      'configuration.set',
      'configuration.set',
      'configuration.delete',
    ])
    expect(rows[1]).toMatchObject({
      before: { version: 1, category: 'system' },
      after: { version: 2, category: 'auth' },
    })
    expect(rows[3]).toMatchObject({ before: { version: 3 }, after: null })
  })

  test('is for administrators alone', async () => {
    for (const key of [operatorKey, '']) {
      for (const query of [
        '{ configuration { key } }',
        'mutation { deleteConfiguration(key: "a") { __typename } }',
        'mutation { setConfiguration(key: "a", value: "b", category: SYSTEM) { __typename } }',
      ])
        expect((await ask(query, {}, key)).errors?.[0]?.extensions.code, query).toBe('FORBIDDEN')
    }
    expect(await stored('a')).toBeUndefined()
  })

  test('that is refused names the argument and what is allowed, keeps the old value and leaves no trace', async () => {
    expect(await set('monitoring.poll.interval.seconds', '30', { category: 'MONITORING' })).toMatchObject({
      entry: { value: '30', description: 'How often a live channel is probed, in seconds.' },
    })
    expect(await set('monitoring.poll.interval.seconds', '0', { category: 'MONITORING' })).toEqual({
      __typename: 'InvalidInput',
      code: 'INVALID_INPUT',
      argument: 'value',
      message: 'value of "monitoring.poll.interval.seconds" must be a whole number from 1 to 3600.',
    })
    expect(await set('monitoring.poll.intervall', '5')).toMatchObject({ __typename: 'InvalidInput', argument: 'key' })
    expect(await set('Not a key', '5')).toMatchObject({ __typename: 'InvalidInput', argument: 'key' })
    expect((await stored('monitoring.poll.interval.seconds')).value).toBe('30')
    const rows = await audit('monitoring.poll.interval.seconds')
    expect(rows).toHaveLength(1)
    expect(rows[0].after.value).toBe('30')
  })

  test('comes back as it was given, whatever it holds', async () => {
    for (const value of ["' OR 1=1 --", '\\', '', '\u{1f600} e\u0301 \ufeff', '{"__proto__": 1}', 'x'.repeat(65_536)]) {
      expect((await set('odd.value', value)).entry.value).toBe(value)
    }
    await remove('odd.value')
  })
})

describe('a secret', () => {
  test('is encrypted and never shown again, whatever the caller asks for', async () => {
    for (const [key, more] of [
      ['mail.client.secret', {}],
      ['smtp.password', { encrypt: false }],
      ['pass_word.of.mail', { encrypt: false }],
      ['license', { encrypt: true }],
    ] as const) {
      const value = canary(key)
      const { entry } = await set(key, value, { ...more, category: 'AUTH' })
      expect(entry).toMatchObject({ value: null, isEncrypted: true })
      expect((await stored(key)).value).toMatch(/^v1\.k[0-9a-f]{12}\./)
      expect(await api.services.configuration.readSecret(key)).toBe(value)
    }
    // Without saying so again it stays encrypted.
    expect((await set('license', canary('license again'))).entry).toMatchObject({
      value: null,
      isEncrypted: true,
      version: 2,
    })
    expect((await list('AUTH')).every(({ value }: { value: string | null }) => value === null)).toBe(true)
    const conflict = await set('license', canary('refused'), { version: 1 })
    expect(conflict).toMatchObject({ __typename: 'VersionConflict', current: { version: 2, value: null } })
    await ask(
      `mutation { setConfiguration(key: "inline.token", value: "${canary('inline')}", category: AUTH) { __typename } }`,
    )
    await ask(
      `mutation { setConfiguration(key: "inline.token", value: "${canary('broken')}", category: NOPE) { __typename } }`,
    )
    expect(await remove('inline.token')).toBe('DeleteConfigurationSuccess')
  })

  test('that was stored in clear by mistake is in no row once it was encrypted', async () => {
    // Not called a canary, because it is shown once: while it is in clear.
    const value = 'stored-in-clear-by-mistake'
    canaries.push(value)
    expect((await set('mail.login', value)).entry.value).toBe(value)
    answers.pop()
    expect((await set('mail.login', value, { encrypt: true })).entry.value).toBeNull()
  })

  test('is not read from another row, nor after it was altered', async () => {
    const { db } = database
    await db.pool.query(`UPDATE public.configuration SET value = (SELECT value FROM public.configuration WHERE key = 'mail.client.secret')
      WHERE key = 'license'`)
    await expect(api.services.configuration.readSecret('license')).rejects.toThrow(
      '"license" can not be decrypted (wrong-key)',
    )
    await remove('license')
    expect(await api.services.configuration.readSecret('license')).toBeNull()
  })

  test('can not be stored in clear by SQL either', async () => {
    for (const key of ['a.secret', 'pass_word', 'to.ken'])
      await expect(
        database.db.pool.query(
          `INSERT INTO public.configuration (key, value, category, updated_by) VALUES ($1, 'x', 'auth', 'me')`,
          [key],
        ),
      ).rejects.toThrow('chk_configuration_sensitive')
    await expect(
      database.db.pool.query(
        `INSERT INTO public.configuration (key, value, category, is_encrypted, updated_by) VALUES ('a.secret', 'x', 'auth', true, 'me')`,
      ),
    ).rejects.toThrow('chk_configuration_sealed')
  })

  test('is in no table, no answer and no log line', async () => {
    const both = sidesOf(database.db)
    const dumps = [await dumpDatabase(both.public.pool), await dumpDatabase(both.dm.pool)]
    const tables = dumps.flatMap((dump) => dump.tables)
    expect(tables).toEqual(expect.arrayContaining(['public.configuration', 'public.audit_log', 'dm.audit_log']))
    const text = dumps.map((dump) => dump.text).join('\n')
    expect(text).toContain('mail.client.secret')
    for (const place of [text, answers.join('\n'), logged.join('\n')])
      for (const secret of canaries) expect(place.includes(secret), secret).toBe(false)
  })
})

describe('versions', () => {
  test('0 makes a new entry and nothing else does where there is none', async () => {
    expect(await set('versioned', 'a', { version: 1 })).toMatchObject({
      __typename: 'InvalidInput',
      argument: 'expectedVersion',
    })
    expect(await set('versioned', 'a', { version: 0 })).toMatchObject({ entry: { version: 1 } })
    expect(await set('versioned', 'b', { version: 0 })).toMatchObject({
      __typename: 'VersionConflict',
      code: 'VERSION_CONFLICT',
      message: 'expectedVersion must be 1, the version of "versioned" now.',
      current: { version: 1, value: 'a' },
    })
  })

  test('of 20 writers of each version exactly one wins, and the others are shown what is there', async () => {
    const rounds = 5
    for (let version = 0; version < rounds; version++) {
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, writer) => set('contended', `${version}-${writer}`, { version })),
      )
      const won = results.filter(({ __typename }) => __typename === 'SetConfigurationSuccess')
      expect(won).toHaveLength(1)
      for (const { __typename, current } of results.filter((result) => result !== won[0])) {
        expect(__typename).toBe('VersionConflict')
        expect(current.value).toBe(won[0].entry.value)
      }
      expect(await stored('contended')).toMatchObject({ version: version + 1, value: won[0].entry.value })
    }
    expect(await audit('contended')).toHaveLength(rounds)
  })

  test('writers who expect nothing all write, one after the other, also where they make the entry', async () => {
    const results = await Promise.all(Array.from({ length: 20 }, (_, writer) => set('uncontended', `${writer}`)))
    const versions = results.map(({ entry }) => entry.version).sort((a, b) => a - b)
    expect(versions).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
    expect(await audit('uncontended')).toHaveLength(20)
  })
})

test('there is an end to how many entries there can be', async () => {
  const { db } = database
  await db.pool.query(
    `INSERT INTO public.configuration (key, value, category, updated_by)
     SELECT 'many.' || n, '', 'system', 'test' FROM generate_series(1, 1000 - (SELECT count(*)::int FROM public.configuration)) n`,
  )
  expect(await set('one.more', 'x')).toEqual({
    __typename: 'InvalidInput',
    code: 'INVALID_INPUT',
    argument: 'key',
    message: 'key must be that of an entry: there are 1000 already.',
  })
  expect((await set('many.1', 'x')).entry.version).toBe(2)
})
