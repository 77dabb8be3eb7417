import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { legacyTables } from '../../src/adoption/legacy-tables.ts'
import { readParity } from '../../src/adoption/parity.ts'
import { repairStep } from '../../src/adoption/phase-a/repair.ts'
import { scores } from '../../src/adoption/phase-a/triggers.ts'
import { kickUserIdToChannelId } from '../../src/channels/channel-lookup.ts'
import { setMonitoring } from '../../src/channels/schedule.ts'
import { upsertChannel } from '../../src/channels/upsert.ts'
import { claimChannel, releaseClaim } from '../../src/claims/claim-channel.ts'
import { silentLog } from '../../src/lib/log.ts'
import { createLegacySystem, type LegacySystem } from '../support/adoption/legacy-system.ts'
import { onConnection } from '../support/legacy/legacy-database.ts'
import { oldKinds, oldStatements } from '../support/legacy/old-statements.ts'

const author = { identity: { role: 'ADMIN' as const, name: 'test', subject: 'test' }, requestId: 'request' }
const began = Date.now() - 86_400_000

let system: LegacySystem
let streamers: number[]

beforeAll(async () => {
  system = await createLegacySystem()
  await system.run('phase-a')
  const made = await system.rows<{ id: number }>(
    `INSERT INTO public.streamers (name) VALUES ('one'), ('two') RETURNING id`,
  )
  streamers = made.map(({ id }) => id)
})
afterAll(() => system[Symbol.asyncDispose]())

type Write = { what: number; user: number; streamer: number; at: number }

/** What old and new code write, each about one user of a few. */
const writes: readonly ((write: { user: string; streamer: number; at: Date }) => Promise<unknown>)[] = [
  ({ user, streamer, at }) =>
    system.rows(
      'INSERT INTO public.streamer_channels (streamer_id, kick_user_id, channel_name, kick_synced_at) VALUES ($1, $2, $3, $4)',
      [streamer, user, `name_${at.getTime() % 3}`, at],
    ),
  ({ user, streamer }) =>
    system.rows(
      'UPDATE public.streamer_channels SET verified = NOT verified WHERE kick_user_id = $1 AND streamer_id = $2',
      [user, streamer],
    ),
  ({ user, streamer }) =>
    system.rows('DELETE FROM public.streamer_channels WHERE kick_user_id = $1 AND streamer_id = $2', [user, streamer]),
  ({ user, at }) =>
    system.rows(
      `INSERT INTO public.kick_stream_sessions (kick_user_id, stream_started_at, title) VALUES ($1, $2, 'old')
       ON CONFLICT (kick_user_id, stream_started_at) DO UPDATE SET last_probe_at = $2`,
      [user, at],
    ),
  ({ user, at }) =>
    system.rows(
      'UPDATE public.kick_stream_sessions SET stream_ended_at = $2 WHERE kick_user_id = $1 AND stream_ended_at IS NULL',
      [user, at],
    ),
  ({ user, at }) =>
    system.rows('DELETE FROM public.kick_stream_sessions WHERE kick_user_id = $1 AND stream_started_at = $2', [
      user,
      at,
    ]),
  ({ user }) =>
    system.rows('INSERT INTO public.kick_streamer_probe_schedule (kick_user_id) VALUES ($1) ON CONFLICT DO NOTHING', [
      user,
    ]),
  ({ user }) => system.rows('DELETE FROM public.kick_streamer_probe_schedule WHERE kick_user_id = $1', [user]),
  ({ user, at }) =>
    upsertChannel(
      system.db,
      'kick',
      { platformUserId: user, slug: `name_${at.getTime() % 3}`, observedAt: at },
      { log: silentLog },
    ),
  async ({ user, streamer }) => claimChannel(system.db, author, { streamerId: streamer, channelId: await idOf(user) }),
  async ({ user, streamer }) => releaseClaim(system.db, author, { streamerId: streamer, channelId: await idOf(user) }),
  async ({ user, at }) => {
    const id = await idOf(user)
    return system.db.transaction((tx) => setMonitoring(tx, id, at.getTime() % 2 === 0))
  },
]

const idOf = async (user: string): Promise<bigint> => {
  const known = await kickUserIdToChannelId(system.db, user)
  if (known !== null) return known
  await upsertChannel(system.db, 'kick', { platformUserId: user, observedAt: new Date(began) }, { log: silentLog })
  return (await kickUserIdToChannelId(system.db, user))!
}

const anyWrite = fc.record({
  what: fc.nat(writes.length - 1),
  user: fc.nat(2),
  streamer: fc.nat(1),
  at: fc.integer({ min: 1, max: 12 }),
})

let runs = 0
const run = ({ what, user, streamer, at }: Write, round: number) =>
  writes[what]!({ user: `8300${round}${user}`, streamer: streamers[streamer]!, at: new Date(began + at * 60_001) })

const differing = async () => (await readParity(system.db)).tables.filter(({ differences }) => differences > 0)

test('old and new writes in any order leave equal tables', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyWrite, { minLength: 4, maxLength: 25 }), async (all) => {
      const round = runs++
      for (const write of all) await run(write, round)
      expect(await differing()).toEqual([])
    }),
    { numRuns: 15 },
  )
})

test('old and new writes at the same time leave equal tables once what stood in the way is looked after', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyWrite, { minLength: 8, maxLength: 24 }), async (all) => {
      const round = runs++
      await Promise.all(all.map((write) => run(write, round)))
      await system.run('phase-a', [repairStep])
      expect(await differing()).toEqual([])
    }),
    { numRuns: 5 },
  )
})

const notInStep = () => system.rows(`SELECT row_key FROM adoption.finding WHERE kind = 'not-in-step'`)

test('a deletion that something refuses is done by the step repair, and brings no channel back', async () => {
  const user = '83999999'
  await system.rows('INSERT INTO public.kick_streamer_probe_schedule (kick_user_id) VALUES ($1)', [user])
  const left = () => system.rows('SELECT 1 FROM public.kick_streamer_probe_schedule WHERE kick_user_id = $1', [user])
  await system.rows(`CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not now'; END $$;
    CREATE TRIGGER refuse BEFORE DELETE ON public.kick_streamer_probe_schedule FOR EACH ROW EXECUTE FUNCTION public.refuse()`)
  await system.rows('DELETE FROM dm.streamer_channel WHERE id = $1', [await idOf(user)])
  expect(await left()).toHaveLength(1)
  expect(await kickUserIdToChannelId(system.db, user)).toBeNull()
  expect(await notInStep()).toContainEqual({ row_key: `kick:${user}` })
  await system.rows('DROP FUNCTION public.refuse CASCADE')
  await system.run('phase-a', [repairStep])
  expect(await left()).toEqual([])
  expect(await kickUserIdToChannelId(system.db, user)).toBeNull()
  expect(await notInStep()).toEqual([])
})

test('a writer neither waits for a deletion of its channel nor fails by it; its row is looked after', async () => {
  const user = '83999998'
  const id = await idOf(user)
  const written = () =>
    system.rows<{ id: string | null }>('SELECT channel_id AS id FROM scrape.kick_raw WHERE kick_user_id = $1', [user])
  await onConnection(system.url, async (deleting) => {
    await deleting.query('BEGIN')
    await deleting.query('DELETE FROM dm.streamer_channel WHERE id = $1', [id])
    await system.rows(`INSERT INTO scrape.kick_raw (kick_user_id, url) VALUES ($1, 'https://kick.com')`, [user])
    expect(await written()).toEqual([{ id: null }])
    await deleting.query('COMMIT')
  })
  await system.run('phase-a', [repairStep])
  expect(await written()).toEqual([{ id: await kickUserIdToChannelId(system.db, user) }])
  expect(await notInStep()).toEqual([])
})

test('writers with rights on the old tables alone write with every kind of statement', async () => {
  const role = `writer_of_${new URL(system.url).pathname.slice(1)}`
  const tables = [...legacyTables, scores, 'public.streamers', 'public.streamer_videos', 'public.deals'].join(', ')
  const kinds = new Set<string>()
  await onConnection(system.url, async (writer) => {
    await writer.query(`CREATE ROLE ${role}; GRANT USAGE ON SCHEMA public, scrape, webhooks TO ${role};
      GRANT SELECT, INSERT, UPDATE, DELETE ON ${tables} TO ${role};
      GRANT USAGE ON ALL SEQUENCES IN SCHEMA public, scrape, webhooks TO ${role}; SET ROLE ${role}`)
    try {
      const statements = oldStatements({ writer: 0, firstUser: 82_000_000, users: 20, at: new Date(), seed: 1 })
      while (kinds.size < oldKinds.length) {
        const { kind, text, values, note } = statements.next()
        note((await writer.query(text, values)).rows)
        kinds.add(kind)
      }
    } finally {
      await writer.query(`RESET ROLE; DROP OWNED BY ${role}; DROP ROLE ${role}`)
    }
  })
  expect(await notInStep()).toEqual([])
})
