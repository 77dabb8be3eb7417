import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { upsertChannels } from '../../src/channels/upsert.ts'
import { silentLog } from '../../src/lib/log.ts'
import { at, type Moment, seconds, startMomentsApi } from '../support/http/moments-api.ts'
import { cases } from '../support/lib/cases.ts'
import { insertProbes, type TestProbe } from '../support/stores/clickhouse.ts'
import { statement } from '../support/stores/statement.ts'

let moments: Awaited<ReturnType<typeof startMomentsApi>>

beforeAll(async () => {
  moments = await startMomentsApi()
})
afterAll(() => moments[Symbol.asyncDispose]())

type Step = { gap: number; kind: 'live' | 'off' | 'hidden'; viewers: number; rename: number; next: boolean }

const steps = fc.array(
  fc.record<Step>({
    gap: fc.oneof(
      { weight: 9, arbitrary: fc.integer({ min: 1, max: 2 }) },
      { weight: 1, arbitrary: fc.integer({ min: 3, max: 40 }) },
    ),
    kind: fc.constantFrom('live', 'live', 'off', 'hidden'),
    viewers: fc.nat({ max: 9 }),
    rename: fc.nat({ max: 12 }),
    next: fc.boolean(),
  }),
  { minLength: 1, maxLength: 40 },
)

const tell = statement('test_tell', `UPDATE dm.streamer_channel SET status = 'offline' WHERE id = $1`)
const insertSessions = statement(
  'test_insert_sessions',
  `INSERT INTO dm.stream_session (channel_id, started_at, ended_at, end_source, title)
   SELECT $1, v.started_at, v.ended_at, CASE WHEN v.ended_at IS NOT NULL THEN 'poll' END, v.title FROM unnest($2::timestamptz[], $3::timestamptz[], $4::text[]) AS v (started_at, ended_at, title)`,
)

let made = 0

test('equals a plain model over random renames, sessions, outages and rows in any order', async () => {
  await fc.assert(
    fc.asyncProperty(
      steps,
      fc.array(fc.integer({ min: 0, max: 2_000 }), { minLength: 16, maxLength: 16 }),
      async (all, instants) => {
        const user = `model-${++made}`
        const sightings: { slug: string; minute: number }[] = []
        const probes: (Omit<TestProbe, 'channel'> & { minute: number })[] = []
        const sessions: { from: number; until: number | null }[] = []
        let minute = 0
        for (const { gap, kind, viewers, rename, next } of all) {
          minute += gap
          if (rename < 4) sightings.push({ slug: `${user}-${rename}`, minute })
          const open = sessions.at(-1)?.until === null ? sessions.at(-1)! : null
          if (open && (kind === 'off' || next)) open.until = minute
          if (kind !== 'off' && (!open || next)) sessions.push({ from: minute, until: null })
          const startedAt = kind === 'off' ? undefined : seconds(sessions.at(-1)!.from)
          const counted = kind === 'live' ? viewers : null
          const elapsed = probes.length === 0 ? 0 : gap * 60
          probes.push({
            minute,
            at: seconds(minute),
            elapsed,
            viewers: counted,
            ...(startedAt && { startedAt }),
            ...(next && { followers: viewers }),
          })
        }
        const seen = [{ slug: `${user}-9`, minute: 0.5 }, ...sightings].map(({ slug, minute }) => ({
          platformUserId: user,
          slug,
          observedAt: at(minute),
        }))
        const { id } = (await upsertChannels(moments.db, 'kick', seen, { log: silentLog })).get(user)!
        await moments.db.query(tell, [id])
        const ends = sessions.map(({ until }) => (until === null ? null : at(until)))
        await moments.db.query(insertSessions, [
          id,
          sessions.map(({ from }) => at(from)),
          ends,
          sessions.map(({ from }) => String(from)),
        ])
        const rows = probes.map(({ minute: _, ...probe }) => ({ channel: user, ...probe }))
        // Some come late.
        await insertProbes(
          moments.store,
          rows.filter((_, n) => n % 3 === 0),
        )
        await insertProbes(
          moments.store,
          rows.filter((_, n) => n % 3 !== 0),
        )

        const expectedAt = (minute: number): Moment => {
          const named = [{ slug: `${user}-9`, minute: 0.5 }, ...sightings].findLast((one) => one.minute <= minute)
          const session = sessions.find(({ from, until }) => from <= minute && (until === null || minute < until))
          const seen = probes.findLast((probe) => probe.minute <= minute)
          const look = seen && minute - seen.minute < 2.5 ? seen : undefined
          const isOfSession = session && look?.startedAt === seconds(session.from)
          return {
            slug: named?.slug ?? null,
            status: session ? 'ONLINE' : look ? 'OFFLINE' : 'UNKNOWN',
            session: session ? { title: String(session.from) } : null,
            chapter: null,
            viewers:
              isOfSession && look.viewers != null ? { count: look.viewers, at: at(look.minute).toISOString() } : null,
            followerCount:
              probes.findLast((probe) => probe.followers !== undefined && probe.minute <= minute)?.followers ?? null,
          }
        }
        const minutes = instants.map((part) => (part / 2_000) * (minute + 5))
        // Whole milliseconds, and the edges of everything.
        const wanted = [...minutes.map((each) => Math.round(each * 60_000) / 60_000), minute, sessions[0]?.from ?? 0, 0]
        expect(await moments.momentsOf(id, wanted)).toEqual(wanted.map(expectedAt))
      },
    ),
    { numRuns: cases(12) },
  )
})
