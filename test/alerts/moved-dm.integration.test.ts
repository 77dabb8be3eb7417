import { expect, test } from 'vitest'
import { readBacklog } from '../../src/alerts/backlog.ts'
import { readEpoch } from '../../src/alerts/cursor.ts'
import { runDecisions } from '../../src/alerts/run-decisions.ts'
import type { Log } from '../../src/lib/log.ts'
import { silentLog } from '../../src/lib/log.ts'
import { isFenced, readSplitState } from '../../src/splitting/split-state.ts'
import type { Postgres } from '../../src/stores/postgres/postgres.ts'
import { isFollowing, startAlertNode } from '../support/alerts/alert-node.ts'
import { deliveryRows, makeRule, makeTarget } from '../support/alerts/alert-rows.ts'
import { goLiveNow } from '../support/alerts/go-live-now.ts'
import { startReceiver } from '../support/alerts/receiver.ts'
import { eventually } from '../support/lib/eventually.ts'
import { insertTestChannels } from '../support/live/live-changes.ts'
import { createTestDatabase } from '../support/stores/postgres.ts'
import { runSplit } from '../support/stores/split-move.ts'
import { joinSides, sidesOf } from '../support/stores/split-postgres.ts'
import { statement } from '../support/stores/statement.ts'

const know = statement('test_moved_offline', `UPDATE dm.streamer_channel SET status = 'offline'`)
const cursor = statement('test_moved_cursor', 'SELECT * FROM public.alert_cursor')

test('nodes at both places of a move tell everything once, and only those at the new place move the cursor', async () => {
  await using opened = new AsyncDisposableStack()
  const old = opened.use(await createTestDatabase())
  const place = opened.use(await createTestDatabase({ of: 'template0' }))
  const receiver = opened.use(await startReceiver())
  const ids = (await insertTestChannels(old.db, 4)).map(({ id }) => id)
  await old.db.query(know)
  const targetId = await makeTarget(old.db, receiver.url)
  const warned: string[] = []
  const log = { ...silentLog, warn: (_: unknown, text: string) => void warned.push(text) } as Log
  const isAwayFrom = (db: Postgres) => async () => isFenced(await readSplitState(db))
  const isAway = isAwayFrom(sidesOf(old.db).dm)
  const stays = opened.use(startAlertNode(old.db, { follow: { pollMs: 20, log, isAway } }))
  await eventually('it follows the logs', () => isFollowing(stays))
  await makeRule(old.db, { kinds: ['went-live'], targetIds: [targetId] })
  await goLiveNow(old.db, [ids[0]!])
  await eventually('it is told', () => receiver.taken().length === 1)

  const env = { DATABASE_URL: old.url }
  await runSplit('copy', { to: place.url }, env)
  await runSplit('cut-over', { to: place.url }, env)
  const databases = { dm: place.db, public: sidesOf(old.db).public }
  const moved = joinSides(databases)
  const goesOn = opened.use(startAlertNode(moved, { follow: { pollMs: 20, log, isAway: isAwayFrom(place.db) } }))
  await eventually('it follows the logs', () => isFollowing(goesOn))
  for (const [n, id] of ids.slice(1).entries()) {
    await goLiveNow(moved, [id])
    await eventually('it is told', () => receiver.taken().length === n + 2)
    // The ends of the old logs lie before the cursor now.
    const [before] = await databases.public.query(cursor)
    const atOld = { databases: sidesOf(old.db), epoch: await readEpoch(sidesOf(old.db).dm), isAway, pageUrl: () => '' }
    expect(await runDecisions(atOld)).toMatchObject({ isAway: true, begun: false, again: false })
    expect(await databases.public.query(cursor)).toEqual([before])
  }
  expect((await deliveryRows(old.db)).map(({ channelId }) => channelId).toSorted()).toEqual(ids.toSorted())
  expect(warned.filter((text) => text.includes('other logs'))).toEqual([])
  expect((await readBacklog(databases.public)).begunAt).toBeNull()
})
