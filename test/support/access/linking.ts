import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { silentLog } from '../../../src/lib/log.ts'
import { statement } from '../../../src/stores/postgres/statement.ts'
import { createTestDatabase, type TestDatabase } from '../stores/postgres.ts'
import { type LinkingFixture, type Seen, startLinking } from './linking-fixture.ts'

const clear = statement(
  'test_clear',
  'TRUNCATE public.streamers, dm.streamer_channel, public.audit_log, dm.audit_log RESTART IDENTITY CASCADE',
)
const addStreamers = statement('test_streamers', `INSERT INTO public.streamers (name) VALUES ('Ada <b>'), ('Grace')`)
const readClaims = statement(
  'test_claims',
  `SELECT l.streamer_id AS streamer, l.verified, c.current_slug AS slug, c.display_name AS name, s.active
   FROM public.streamer_channel_link l JOIN dm.streamer_channel c ON c.id = l.channel_id
   LEFT JOIN dm.probe_schedule s ON s.channel_id = c.id ORDER BY l.streamer_id, c.id`,
)
const readActions = statement(
  'test_actions',
  `SELECT subject, name, role, action, target, before, after FROM
     (SELECT * FROM dm.audit_log UNION ALL SELECT * FROM public.audit_log) a
   WHERE action <> 'link-ticket.create' ORDER BY id`,
)
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

  beforeAll(async () => {
    database = await createTestDatabase()
  })
  afterAll(() => database[Symbol.asyncDispose]())

  beforeEach(async () => {
    await database.db.query(clear)
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
    claims: () => database.db.query(readClaims),
    actions: () => database.db.query(readActions),
    /** Removes every streamer, channel and row of the audit logs. */
    clear: () => database.db.query(clear),
  }
}
