import { schedule } from './channels/schedule.ts'
import { upsertChannels } from './channels/upsert.ts'
import type { Demo } from './demo/demo.ts'
import type { Log } from './lib/log.ts'
import type { Postgres } from './stores/postgres/postgres.ts'

/** Tracks the channels of the simulated platform that are not known yet; what somebody switched off stays off. */
export const trackDemo = async (demo: Demo, db: Postgres, log: Log): Promise<void> => {
  const observedAt = new Date()
  const channels = await upsertChannels(
    db,
    'kick',
    demo.roster().map((channel) => ({ ...channel, observedAt })),
    { log },
  )
  const created = [...channels.values()].filter((channel) => channel.created).map(({ id }) => id)
  if (created.length > 0) await schedule(db, created)
}
