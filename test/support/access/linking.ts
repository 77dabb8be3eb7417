import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { silentLog } from '../../../src/lib/log.ts'
import { createTestDatabase, type TestDatabase } from '../stores/postgres.ts'
import { statement } from '../stores/statement.ts'
import { type LinkingFixture, type Seen, startLinking } from './linking-fixture.ts'

const clearing = [
  statement('test_clear_public', 'TRUNCATE public.streamers, public.audit_log RESTART IDENTITY CASCADE'),
  statement('test_clear_dm', 'TRUNCATE dm.streamer_channel, dm.audit_log RESTART IDENTITY CASCADE'),
]
const addStreamers = statement('test_streamers', `INSERT INTO public.streamers (name) VALUES ('Ada <b>'), ('Grace')`)
const readClaims = statement(
  'test_claims',
  'SELECT streamer_id AS streamer, verified, channel_id AS channel FROM public.streamer_channel_link ORDER BY 1, 3',
)
const readChannels = statement(
  'test_channels',
  `SELECT c.id, c.current_slug AS slug, c.display_name AS name, s.active
   FROM dm.streamer_channel c LEFT JOIN dm.probe_schedule s ON s.channel_id = c.id`,
)
const readActions = (['dm', 'public'] as const).map((side) =>
  statement(
    `test_actions_${side}`,
    `SELECT id, subject, name, role, action, target, before, after FROM ${side}.audit_log WHERE action <> 'link-ticket.create'`,
  ),
)
type Claim = { streamer: number; verified: boolean; channel: bigint }
type Channel = { id: bigint; slug: string; name: string; active: boolean | null }
type Action = { id: string; [column: string]: unknown }

/** Every page says one thing in plain words, loads nothing, and tells nobody where it was. */
export const expectPage = (seen: Seen, status: number, words: string | RegExp) => {
  expect([seen.status, seen.text]).toEqual([status, expect.stringMatching(words)])
  expect(seen.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(seen.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/)
  expect(seen.headers.get('cache-control')).toBe('no-store')
  expect(seen.headers.get('referrer-policy')).toBe('no-referrer')
  expect(seen.text).not.toMatch(/https?:|<script|\bat .*:\d+|Error:/)
}

/** For each test of a file: two streamers who may link their Kick channels, and what the database and the log hold of it. */
export const linkings = () => {
  let database: TestDatabase
  let linking: LinkingFixture
  let lines: string[]

  const clear = async () => {
    for (const one of clearing) await database.db.query(one)
  }

  beforeAll(async () => {
    database = await createTestDatabase()
  })
  afterAll(() => database[Symbol.asyncDispose]())

  beforeEach(async () => {
    await clear()
    await database.db.query(addStreamers)
    lines = []
    const keep = (fields: object, message: string) => void lines.push(JSON.stringify({ ...fields, message }))
    linking = await startLinking(database.db, {
      log: { ...silentLog, info: keep, warn: keep, error: keep, debug: keep },
    })
    linking.world.add({ id: 71, slug: 'newcomer', username: 'NewComer' })
    linking.world.add({ id: 72, slug: 'other', username: 'Other' })
  })
  afterEach(() => linking[Symbol.asyncDispose]())

  return {
    get database() {
      return database
    },
    get linking() {
      return linking
    },
    get lines() {
      return lines
    },
    async claims() {
      const channels = new Map((await database.db.query<Channel>(readChannels)).map(({ id, ...rest }) => [id, rest]))
      const claims = await database.db.query<Claim>(readClaims)
      return claims.map(({ channel, ...claim }) => ({ ...claim, ...channels.get(channel) }))
    },
    async actions() {
      const rows = await Promise.all(readActions.map((one) => database.db.query<Action>(one)))
      return rows
        .flat()
        .toSorted((a, b) => (a.id < b.id ? -1 : 1))
        .map(({ id: _, ...action }) => action)
    },
    /** Removes every streamer, channel and row of the audit logs. */
    clear,
  }
}
