import { afterAll, beforeAll, expect, test } from 'vitest'
import { readParity } from '../../src/adoption/parity.ts'
import { refuseUnadopted } from '../../src/adoption/phases.ts'
import type { FindingSummary } from '../../src/adoption/step.ts'
import { stepsOf } from '../../src/adoption/steps.ts'
import { isUlid } from '../../src/lib/ids.ts'
import { createLegacySystem, type LegacySystem } from '../support/adoption/legacy-system.ts'
import { type FaultName, makeAwkward } from '../support/legacy/awkward.ts'

const at = new Date()
const awkward = makeAwkward({ at })

let system: LegacySystem
let refusals: unknown[]
let before: unknown[]
const planned: FindingSummary[] = []

beforeAll(async () => {
  system = await createLegacySystem(awkward.rows)
  const untouched = 'SELECT md5(string_agg(s::text, chr(10) ORDER BY id)) AS sum FROM public.streamers s'
  before = await system.rows(untouched)
  refusals = [await refuseUnadopted(system.db, 'DATABASE_URL').catch((error: Error) => error.message)]
  for (const { name, estimate } of stepsOf['phase-a'])
    if (name === 'scores' || name === 'subscriptions')
      planned.push(...((await estimate(system.context)).findings ?? []))
  await system.run('phase-a')
  refusals.push(await refuseUnadopted(system.db, 'DATABASE_URL').catch((error: Error) => error.message))
  expect(await system.rows(untouched)).toEqual(before)
})
afterAll(() => system[Symbol.asyncDispose]())

const plannedKinds = ['score-out-of-range', 'score-of-the-future', 'score-without-channel', 'subscription-twice']

const userOf = (fault: FaultName, n = 0): string => {
  const users = Object.values(awkward.of(fault))
    .flat()
    .flatMap(({ kick_user_id: user }) => (typeof user === 'string' && user.trim() !== '' ? [user.trim()] : []))
  return [...new Set(users)][n]!
}

const channelsOf = (fault: FaultName, n = 0) =>
  system.rows<{ id: string; slug: string | null; name: string | null; followers: number | null }>(
    `SELECT id::text, current_slug AS slug, display_name AS name, follower_count AS followers FROM dm.streamer_channel
     WHERE platform = 'kick' AND platform_user_id = $1`,
    [userOf(fault, n)],
  )

const linksOf = (fault: FaultName) =>
  system.rows<{ streamer: number; verified: boolean }>(
    `SELECT l.streamer_id AS streamer, l.verified FROM public.streamer_channel_link l JOIN dm.streamer_channel c ON c.id = l.channel_id
     WHERE c.platform_user_id = $1 ORDER BY l.claimed_at, l.streamer_id`,
    [userOf(fault)],
  )

const periodsOf = async (fault: FaultName, n = 0): Promise<string[]> => {
  const rows = await system.rows<{ slug: string; open: boolean }>(
    `SELECT h.slug, h.observed_until IS NULL AS open FROM dm.streamer_channel_slug_history h JOIN dm.streamer_channel c ON c.id = h.channel_id
     WHERE c.platform = 'kick' AND c.platform_user_id = $1 ORDER BY h.observed_from`,
    [userOf(fault, n)],
  )
  return rows.map(({ slug, open }) => (open ? `${slug} now` : slug))
}

const sessionsOf = (fault: FaultName) =>
  system.rows<{ open: boolean; source: string | null }>(
    `SELECT s.ended_at IS NULL AS open, s.end_source AS source FROM dm.stream_session s JOIN dm.streamer_channel c ON c.id = s.channel_id
     WHERE c.platform_user_id = $1 ORDER BY s.started_at`,
    [userOf(fault)],
  )

test('a start is refused until the database is adopted', () => {
  expect(refusals).toEqual([
    'DATABASE_URL holds tables of a system from before: run `channelscope adopt plan`.',
    undefined,
  ])
})

test('one user that was claimed under two names is one channel with two claims, and the newest profile counts', async () => {
  expect(await channelsOf('claimed twice under different names')).toMatchObject([
    { slug: 'twice_after', name: 'After', followers: 20 },
  ])
  expect(await linksOf('claimed twice under different names')).toHaveLength(2)
})

test('of several verified claims the earliest stays verified', async () => {
  expect((await linksOf('two verified claims of one channel')).map(({ verified }) => verified)).toEqual([
    true,
    false,
    false,
  ])
  expect((await linksOf('claims at one instant')).filter(({ verified }) => verified)).toHaveLength(1)
})

test('of two users with one name the newer observation keeps it, and the other is looked up', async () => {
  expect(await channelsOf('two users with one name', 1)).toMatchObject([{ slug: 'shared_name' }])
  const [loser] = await channelsOf('two users with one name', 0)
  expect(loser).toMatchObject({ slug: null })
  expect(
    await system.rows('SELECT active, profile_due_at <= now() AS due FROM dm.probe_schedule WHERE channel_id = $1', [
      loser!.id,
    ]),
  ).toEqual([{ active: false, due: true }])
})

test('names that sessions and chat remember are periods where they are certain', async () => {
  expect(await periodsOf('names that sessions remember')).toEqual(['first_name', 'second_name', 'third_name now'])
  expect(await periodsOf('name that went and came back')).toEqual(['back_again', 'meanwhile', 'back_again now'])
  expect(await periodsOf('name that chat remembers')).toEqual(['chat_before', 'chat_after now'])
  expect(await periodsOf('chat and session that disagree about a name')).toEqual(['agreed_later now'])
  expect(await periodsOf('swapped names')).toEqual(['swap_right', 'swap_left now'])
})

test('every channel has a ULID and a period, and no two periods of one slug overlap', async () => {
  const channels = await system.rows<{ id: string; periods: number }>(
    `SELECT external_id AS id, (SELECT count(*)::int FROM dm.streamer_channel_slug_history h WHERE h.channel_id = c.id) AS periods
     FROM dm.streamer_channel c`,
  )
  expect(channels.length).toBeGreaterThan(80)
  expect(channels.filter(({ id, periods }) => !isUlid(id) || periods === 0)).toEqual([])
  expect(
    await system.rows(`SELECT a.slug FROM dm.streamer_channel_slug_history a JOIN dm.streamer_channel ca ON ca.id = a.channel_id
      JOIN dm.streamer_channel_slug_history b ON b.slug = a.slug AND b.channel_id <> a.channel_id JOIN dm.streamer_channel cb ON cb.id = b.channel_id
      WHERE ca.platform = cb.platform AND tstzrange(a.observed_from, a.observed_until) && tstzrange(b.observed_from, b.observed_until)`),
  ).toEqual([])
})

test('every row of a user has a channel', async () => {
  for (const table of [
    'public.kick_stream_sessions',
    'public.kick_chat_messages',
    'public.kick_event_subscriptions',
    'scrape.kick_raw',
    'public.kick_streamer_probe_schedule',
  ])
    expect(
      await system.rows(`SELECT * FROM ${table} WHERE btrim(kick_user_id) <> '' AND channel_id IS NULL`),
      table,
    ).toEqual([])
  expect(
    await system.rows(`SELECT p.platform_user_id FROM public.kick_streamer_probe p LEFT JOIN dm.streamer_channel c USING (platform, platform_user_id)
      WHERE c.id IS NULL AND p.platform_user_id <> ''`),
  ).toEqual([])
})

test('of two open sessions only the newer is open', async () => {
  expect(await sessionsOf('two open sessions')).toEqual([
    { open: false, source: 'import' },
    { open: true, source: null },
  ])
  expect(await sessionsOf('end before the start')).toEqual([{ open: false, source: 'import' }])
  // Three begin in one millisecond, a fourth in the one before.
  expect(await sessionsOf('starts that differ by microseconds')).toHaveLength(2)
})

test('what could not be taken over as it was is written down', async () => {
  const kinds = await system.rows<{ kind: string }>('SELECT DISTINCT kind FROM adoption.finding ORDER BY 1')
  expect(kinds.map(({ kind }) => kind)).toEqual([
    'claimed-under-different-names',
    'name-unusable',
    'platform-unknown',
    'score-of-the-future',
    'score-out-of-range',
    'score-without-channel',
    'session-at-impossible-time',
    'session-ends-before-start',
    'session-ends-in-future',
    'session-open-beside-newer',
    'session-twice',
    'slug-taken',
    'subscription-twice',
    'user-id-missing',
    'verified-twice',
  ])
})

test('what scores and subscriptions meet was planned with the same counts', async () => {
  const met = await system.rows(
    `SELECT kind, table_name AS "table", done, count(*)::int AS count FROM adoption.finding WHERE kind = ANY ($1) GROUP BY 1, 2, 3 ORDER BY 1`,
    [plannedKinds],
  )
  expect(met).toHaveLength(plannedKinds.length)
  const byKind = planned.map(({ examples: _, ...one }) => one).sort((one, other) => (one.kind < other.kind ? -1 : 1))
  expect(byKind).toEqual(met)
})

test('the checksums of both sides are of the same text', async () => {
  const read = async () =>
    (await readParity(system.db)).tables.map(({ differences, explained, sourceChecksum, destinationChecksum }) => ({
      isAlike: differences === 0 && explained === 0,
      isSame: sourceChecksum === destinationChecksum,
    }))
  const alike = await read()
  expect(alike.filter(({ isAlike }) => isAlike).length).toBeGreaterThan(4)
  expect(alike.filter(({ isAlike, isSame }) => isAlike !== isSame)).toEqual([])
})

test('a second run changes nothing', async () => {
  const all = async () =>
    Promise.all(
      [
        'streamer_channel',
        'streamer_channel_slug_history',
        'stream_session',
        'probe_schedule',
        'event_subscription',
        'scrape_log',
        'webhook_message_ids',
      ].map((table) =>
        system.rows(`SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text)) AS sum FROM dm.${table} t`),
      ),
    )
  const first = await all()
  await system.run('phase-a')
  expect(await all()).toEqual(first)
})
