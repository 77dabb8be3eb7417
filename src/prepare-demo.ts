import { schedule } from './channels/schedule.ts'
import { upsertChannels } from './channels/upsert.ts'
import type { Demo } from './demo/demo.ts'
import { createScenario } from './demo/scenario.ts'
import { type Log, silentLog } from './lib/log.ts'
import { replayDemo } from './replay-demo.ts'
import type { Postgres } from './stores/postgres/postgres.ts'
import { statement } from './stores/postgres/statement.ts'
import type { ProbeRow } from './workers/record-probes.ts'

const isEmpty = statement('demo_is_empty', 'SELECT NOT EXISTS (SELECT FROM dm.streamer_channel) AS empty')

const historyMs = 6 * 3_600_000

/** Tracks the channels that are not known yet; what somebody switched off stays off. */
const track = async (
  cast: readonly { id: number; slug: string }[],
  at: number,
  db: Postgres,
  log: Log,
): Promise<void> => {
  const observations = cast.map(({ id, slug }) => ({ platformUserId: String(id), slug, observedAt: new Date(at) }))
  const channels = await upsertChannels(db, 'kick', observations, { log })
  const created = [...channels.values()].filter((channel) => channel.created).map(({ id }) => id)
  if (created.length > 0) await schedule(db, created)
}

/** Makes the database ready to watch the simulated platform: an empty one gets the last six hours of it first. */
export const prepareDemo = async (
  { seed, channels, world }: Demo,
  db: Postgres,
  appendProbes: (rows: readonly ProbeRow[]) => Promise<void>,
  log: Log,
  signal?: AbortSignal,
): Promise<void> => {
  const [row] = await db.query<{ empty: boolean }>(isEmpty)
  if (row!.empty) {
    log.info({}, 'living through the last six hours of the simulated platform, so that there is a history to look at')
    const to = world.clock()
    const scenario = createScenario({ seed, channels })
    await track(scenario.stateAt(to - historyMs), to - historyMs, db, log)
    const from = to - historyMs
    await replayDemo({ db, seed, scenario, from, to, stepSeconds: 120, appendProbes, log: silentLog, signal })
  }
  await track([...world.channels()], world.clock(), db, log)
}
