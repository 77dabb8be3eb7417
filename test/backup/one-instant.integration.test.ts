import path from 'node:path'
import { expect, test } from 'vitest'
import { openDestination } from '../../src/backup/destination.ts'
import { runBackup } from '../../src/backup/run-backup.ts'
import { schedule } from '../../src/channels/schedule.ts'
import { upsertChannels } from '../../src/channels/upsert.ts'
import { startKickServer } from '../../src/demo/kick-server.ts'
import { createWorld } from '../../src/demo/world.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLog } from '../../src/lib/log.ts'
import { createKickPlatform } from '../../src/platforms/kick/kick-platform.ts'
import { startPoller } from '../../src/workers/poller.ts'
import { probeAppender } from '../../src/workers/probe-rows.ts'
import { waitingProbes } from '../support/backup/saved-probes.ts'
import { openSavedSystem } from '../support/backup/saved-system.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

const { signal } = new AbortController()
const ids = [1, 2, 3]

test('an answer of a platform that is in Postgres and on its way into the spool is waited for', async () => {
  await using folder = await temporaryDirectory('backup-instant')
  const destination = openDestination(folder.path, '/', undefined)
  await using saved = await openSavedSystem()
  const { system, db, gate, spool } = saved
  const world = createWorld({ clock: systemClock, seed: 1 })
  for (const id of ids) {
    world.add({ id, slug: `user-${id}` })
    world.goLive(id)
  }
  await using server = await startKickServer({ world })
  await using kick = createKickPlatform({
    apiUrl: server.url,
    idUrl: server.url,
    ...server.credentials,
    requestsPerSecond: Number.POSITIVE_INFINITY,
    clock: systemClock,
    log: silentLog,
  })
  const seen = ids.map((id) => ({ platformUserId: `${id}`, slug: `user-${id}`, observedAt: new Date() }))
  const channels = await upsertChannels(db, 'kick', seen, { log: silentLog })
  await schedule(
    db,
    [...channels.values()].map(({ id }) => id),
  )

  const [recorded, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const append = probeAppender(spool, 'test')
  await using _ = startPoller({
    db,
    platform: kick,
    pollIntervalSeconds: () => 60,
    idleMs: 20,
    gate,
    async appendProbes(rows) {
      recorded.resolve()
      await released.promise
      await append(rows)
    },
    log: silentLog,
  })
  await recorded.promise
  const closing = {
    close(timeoutMs: number) {
      // Goes on only when a backup that does not wait would be past its snapshots.
      const goOn = async () => {
        for (let turn = 0; turn < 100; turn++) await db.pool.query('SELECT 1')
        released.resolve()
      }
      void goOn()
      return gate.close(timeoutMs)
    },
  }
  const { manifest } = await runBackup({ system: { ...system, gate: closing }, destination, signal })
  const events = manifest.tables.find(({ name }) => name === 'status_event')!
  const stored = manifest.telemetry.tables.find(({ name }) => name === 'kick_streamer_probe')!
  expect(events.rows).toBe(String(ids.length))
  expect(stored.rows + waitingProbes(path.join(folder.path, manifest.spools[0]!.key)).length).toBe(ids.length)
})
