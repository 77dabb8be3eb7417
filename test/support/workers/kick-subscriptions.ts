import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import type { Fault } from '../../../src/demo/faults.ts'
import { type KickServer, startKickServer } from '../../../src/demo/kick-server.ts'
import { createWorld } from '../../../src/demo/world.ts'
import { silentLog } from '../../../src/lib/log.ts'
import { createKickPlatform } from '../../../src/platforms/kick/kick-platform.ts'
import type { Platform } from '../../../src/platforms/platform.ts'
import { createTestDatabase, type TestDatabase } from '../stores/postgres.ts'
import { subscriptionFixture } from './subscription-fixture.ts'

/** The path of the platform's subscriptions. */
export const path = '/public/v1/events/subscriptions'
/** The event of a chat message. */
export const chat = 'chat.message.sent'
/** The channels that are watched when a test begins. */
export const users = ['1', '2', '3', '4', '5', '6']
/** How many events are subscribed to for a channel. */
export const typesOfEach = 9

/** For each test of a file: Kick's demo server without subscriptions, and what reconciles with it by a clock that the test moves. */
export const kickSubscriptions = () => {
  let database: TestDatabase
  let fixture: ReturnType<typeof subscriptionFixture>
  let server: KickServer
  let kick: Platform
  let now: number

  beforeAll(async () => {
    database = await createTestDatabase()
    fixture = subscriptionFixture(database.db, () => now)
  })
  afterAll(() => database[Symbol.asyncDispose]())

  beforeEach(async () => {
    now = Date.UTC(2026, 0, 1)
    const clock = () => now
    server = await startKickServer({ world: createWorld({ clock }) })
    kick = createKickPlatform({
      apiUrl: server.url,
      idUrl: server.url,
      ...server.credentials,
      requestsPerSecond: Number.POSITIVE_INFINITY,
      clock,
      log: silentLog,
      timeoutMs: 2_000,
    })
    await fixture.clear()
    await fixture.watch(users)
  })
  afterEach(async () => {
    await kick[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  })

  const run = (more = {}) => fixture.reconcile(kick, more)
  /** Goes wrong from the first call after the list on. */
  const runWithFaultAfterList = (fault: Fault) => {
    const api = kick.eventSubscriptions!
    const list = async () => {
      const listed = await api.list()
      server.faults.add({ ...fault, path })
      return listed
    }
    return fixture.reconcile({ ...kick, eventSubscriptions: { ...api, list } })
  }
  const held = (event: string): string[] =>
    users.filter((user) => server.subscriptions.of(Number(user), event).length > 0)

  return {
    get database() {
      return database
    },
    get fixture() {
      return fixture
    },
    get server() {
      return server
    },
    get kick() {
      return kick
    },
    get now() {
      return now
    },
    set now(value: number) {
      now = value
    },
    run,
    runWithFaultAfterList,
    held,
  }
}
