import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { type PollerProcess, startCrashFixture } from '../support/ingest/crash-fixture.ts'
import { eventually } from '../support/lib/eventually.ts'
import { brokenRules, sessionsThatWentOn } from '../support/live/journal-invariants.ts'
import { statement } from '../support/stores/statement.ts'

/** How often one poller is killed, and one of two: `POLLER_KILLS=20` for the long run. */
const kills = Number(process.env.POLLER_KILLS ?? 5)
const killsOfTwo = Math.ceil(kills * 0.3)

type Fixture = Awaited<ReturnType<typeof startCrashFixture>>

const sessions = statement(
  'test_crash_sessions',
  `SELECT c.platform_user_id || ' ' || (extract(epoch FROM s.started_at) * 1000)::bigint AS broadcast
   FROM dm.stream_session s JOIN dm.streamer_channel c ON c.id = s.channel_id`,
)
const lastProbes = statement(
  'test_last_probes',
  'SELECT channel_id, lease_token AS token FROM dm.probe_schedule ORDER BY channel_id',
)

/** Kills it at some instant after its first probes. */
const killSoon = async ({ random, endLeases }: Fixture, poller: PollerProcess): Promise<void> => {
  const before = poller.acknowledged()
  await eventually('it polls', () => poller.acknowledged() > before)
  // The instant of the kill is what is tried out; nothing waits for this time.
  await delay(random() * 400)
  await poller.kill()
  await endLeases()
}

const countEach = (items: readonly string[]): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1)
  return counts
}

/** What has to hold when everything has come to rest; so many broadcasts were seen at least. */
const expectConsistent = async (
  { db, broadcasts, attempted, acknowledged, stored }: Fixture,
  least: number,
): Promise<void> => {
  expect(await brokenRules(db)).toEqual([])
  expect(await sessionsThatWentOn(db), 'sessions that were taken for over').toEqual([])
  const found = (await db.query<{ broadcast: string }>(sessions)).map(({ broadcast }) => broadcast)
  expect(found.length, 'broadcasts were seen').toBeGreaterThan(least)
  expect(
    found.filter((broadcast) => !broadcasts.has(broadcast)),
    'sessions that never were',
  ).toEqual([])

  const rows = countEach(await stored())
  const exceeding = (more: ReadonlyMap<string, number>, fewer: ReadonlyMap<string, number>) =>
    [...more].filter(([probe, count]) => count > (fewer.get(probe) ?? 0))
  expect(exceeding(countEach(acknowledged), rows), 'probes lost').toEqual([])
  expect(exceeding(rows, countEach(attempted)), 'probes stored more often than they were made').toEqual([])
}

test(`a poller killed at ${kills} random moments leaves sessions, events and samples that agree`, {
  timeout: 300_000,
}, async () => {
  await using fixture = await startCrashFixture(20)
  for (let kill = 1; kill <= kills; kill++) {
    await killSoon(fixture, await fixture.startPoller('spool'))
    expect(await brokenRules(fixture.db), `after kill ${kill}`).toEqual([])
  }
  const last = await fixture.startPoller('spool')
  await fixture.settle()
  expect(await last.stop()).toBe(0)
  await expectConsistent(fixture, 2 * kills)
})

test('of two pollers one goes on with every channel when the other is killed, and nothing is told twice', {
  timeout: 300_000,
}, async () => {
  await using fixture = await startCrashFixture(2)
  const spools = ['spool-a', 'spool-b']
  const pollers = await Promise.all(spools.map((spool) => fixture.startPoller(spool)))
  for (let kill = 1; kill <= killsOfTwo; kill++) {
    const victim = Math.floor(fixture.random() * pollers.length)
    await killSoon(fixture, pollers[victim]!)
    const claims = () => fixture.db.query<{ channel_id: bigint; token: bigint }>(lastProbes)
    const before = await claims()
    await eventually('every channel is claimed anew', async () =>
      (await claims()).every(({ token }, i) => token > before[i]!.token),
    )
    expect(await brokenRules(fixture.db), `after kill ${kill}`).toEqual([])
    pollers[victim] = await fixture.startPoller(spools[victim]!)
  }
  await fixture.settle()
  expect(await Promise.all(pollers.map((poller) => poller.stop()))).toEqual([0, 0])
  await expectConsistent(fixture, 6 * killsOfTwo)
})
