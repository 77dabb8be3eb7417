import { describe, expect, test } from 'vitest'
import { globalId } from '../../src/resolvers/global-id.ts'
import { claimDocuments, claimSides, on } from '../support/access/claim-sides.ts'
import { operatorKey } from '../support/http/api.ts'
import { seed } from '../support/stores/seed.ts'
import { statement } from '../support/stores/statement.ts'
import { tableRows } from '../support/stores/table-rows.ts'

const countDmAudit = statement('test_dm_actions', 'SELECT count(*)::integer AS count FROM dm.audit_log')
const sides = claimSides()

describe('createStreamer', () => {
  test('stores the trimmed name, and the same name again for another streamer', async () => {
    const { result, actions } = on(sides[0]!)
    const first = await result('create', { name: '  Ada Lovelace \u00a0' })
    expect(first).toEqual({
      __typename: 'CreateStreamerSuccess',
      streamer: { id: globalId('Streamer', 1n), name: 'Ada Lovelace', claims: [] },
    })
    expect((await result('create', { name: 'Ada Lovelace' })).streamer.id).toBe(globalId('Streamer', 2n))
    expect((await actions())[0]).toEqual({
      action: 'streamer.create',
      target: 'streamer:1',
      before: null,
      after: { name: 'Ada Lovelace' },
    })
  })

  test.each(['x', 'ひ'.repeat(100), '👩‍💻', "O'Brien; DROP TABLE", 'a\u0301', '100%_\\'])(
    'takes %o as it is',
    async (name) => {
      expect((await on(sides[0]!).result('create', { name })).streamer.name).toBe(name)
    },
  )

  test.each([
    '',
    '  \t ',
    'x'.repeat(101),
    '😀'.repeat(101),
    'a\0b',
    'a\nb',
    'a\u0085b',
    'a\u2028b',
    '\ud83d',
    '\u200b',
  ])('%o is InvalidInput that names the argument', async (name) => {
    const { result, actions } = on(sides[0]!)
    expect(await result('create', { name })).toEqual({
      __typename: 'InvalidInput',
      code: 'INVALID_INPUT',
      message: 'name must be 1 to 100 characters, without control characters.',
      argument: 'name',
    })
    expect(await actions()).toEqual([])
  })
})

describe('deleteStreamer', () => {
  test('removes the streamer and their claims, and leaves every row of dm and every score as it was', async () => {
    const side = sides[0]!
    const { create, claim, verify, result, claims, actions } = on(side)
    const { db } = side.dm
    const [one, two] = side.channels
    await seed(db).session(one!, new Date('2026-01-01T00:00:00Z'))
    await db.query(
      statement(
        'test_score',
        `INSERT INTO public.streamer_trust_scores (channel_id, score, algorithm) VALUES ($1, 0.5, 'test') ON CONFLICT DO NOTHING`,
      ),
      [one],
    )
    const [ada, grace] = [await create('Ada'), await create('Grace')]
    await verify(ada, one!)
    await claim(ada, two!)
    await claim(grace, one!)
    const before = { dm: await tableRows(db, 'dm'), environment: await tableRows(db, 'public') }
    const auditBefore = await db.query(countDmAudit)
    expect(Object.keys(before.dm).length).toBeGreaterThan(12)
    expect(before.environment.streamer_trust_scores).toHaveLength(1)

    expect(await result('delete', { id: ada })).toEqual({ __typename: 'DeleteStreamerSuccess', id: ada })
    expect(await tableRows(db, 'dm')).toEqual(before.dm)
    expect(await db.query(countDmAudit)).toEqual(auditBefore)
    const { streamers, streamer_channel_link, ...others } = await tableRows(db, 'public')
    expect(streamers).toEqual(before.environment.streamers!.slice(1))
    expect(streamer_channel_link).toHaveLength(1)
    expect(others).toMatchObject({ streamer_trust_scores: before.environment.streamer_trust_scores })
    expect(await claims()).toEqual([{ streamer: 2, channel: one, verified: false }])
    expect((await actions()).at(-1)).toEqual({
      action: 'streamer.delete',
      target: 'streamer:1',
      before: {
        name: 'Ada',
        createdAt: expect.any(String),
        claimCount: 2,
        claims: [
          { channelId: String(one), verified: true },
          { channelId: String(two), verified: false },
        ],
      },
      after: null,
    })
    expect(await verify(grace, one!)).toMatchObject({ __typename: 'VerifyClaimSuccess' })
  })

  test('a second time is NotFound and changes nothing', async () => {
    const { create, result, actions } = on(sides[1]!)
    const id = await create('Ada')
    expect(
      (await Promise.all([1, 2, 3].map(() => result('delete', { id })))).map((one) => one.__typename).sort(),
    ).toEqual(['DeleteStreamerSuccess', 'NotFound', 'NotFound'])
    expect(await result('delete', { id: globalId('Streamer', 9_223_372_036_854_775_807n) })).toMatchObject({
      code: 'NOT_FOUND',
    })
    expect(await actions()).toHaveLength(2)
  })
})

test.each([
  ['create', undefined],
  ['claim', undefined],
  ['verify', undefined],
  ['release', undefined],
  ['delete', undefined],
  ['delete', operatorKey],
] as const)('%s is FORBIDDEN without the role it needs, and does nothing', async (kind, key) => {
  const side = sides[0]!
  const { create, call, actions } = on(side)
  const id = await create('Ada')
  const { data, errors } = await side.api.ask(
    claimDocuments[kind],
    { id, name: 'x', streamer: id, channel: String(side.channels[0]) },
    key,
  )
  expect(data ?? null).toBeNull()
  expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN'])
  expect(await actions()).toHaveLength(1)
  expect((await call('create', { name: 'Grace' }, operatorKey)).errors).toBeUndefined()
})
