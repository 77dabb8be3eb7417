import { newUlid } from '../../../src/lib/ids.ts'
import type { Postgres } from '../../../src/stores/postgres/postgres.ts'
import { statement } from './statement.ts'

const insertChannel = statement(
  'busy_insert',
  `INSERT INTO dm.streamer_channel (external_id, platform, platform_user_id, current_slug, display_name, status)
   VALUES ($1, 'kick', $2, $3, $4, 'offline') RETURNING id`,
)
const nameless = statement(
  'busy_nameless',
  'UPDATE dm.streamer_channel SET current_slug = NULL WHERE platform_user_id = ANY ($1)',
)
const rename = statement('busy_rename', 'UPDATE dm.streamer_channel SET current_slug = $2 WHERE platform_user_id = $1')
const describe = statement(
  'busy_describe',
  'UPDATE dm.streamer_channel SET display_name = $2 WHERE platform_user_id = $1',
)
const remove = statement('busy_remove', 'DELETE FROM dm.streamer_channel WHERE platform_user_id = $1')
const session = statement(
  'busy_session',
  `INSERT INTO dm.stream_session (channel_id, started_at)
   SELECT id, $2 FROM dm.streamer_channel WHERE platform_user_id = $1 ON CONFLICT DO NOTHING`,
)

/** What writers know to be stored, by the user of a channel: its slug and its name. */
type Acknowledged = Map<string, { slug: string; name: string }>

/**
 * Writers that write as fast as they can, each its own channels: new ones, new names, names that two channels swap, sessions, and deletions. What was
 * acknowledged is noted; what was refused as unavailable is given up. Stop them before looking.
 */
export const startBusyWriters = (db: Postgres, writers: number) => {
  const acknowledged: Acknowledged = new Map()
  const failures = new Map<string, number>()
  let stopped = false
  let written = 0
  const work = async (writer: number): Promise<void> => {
    const own: string[] = []
    for (let n = 0; !stopped; n++) {
      const user = `w${writer}-${n}`
      const before = new Map(own.map((name) => [name, acknowledged.get(name)!]))
      try {
        await db.transaction(async (tx) => {
          await tx.query(insertChannel, [newUlid(), user, user, user])
          const [first, second] = own.slice(-2)
          if (first && second && n % 3 === 0) {
            await tx.query(nameless, [[first, second]])
            await tx.query(rename, [first, before.get(second)!.slug])
            await tx.query(rename, [second, before.get(first)!.slug])
          }
          if (first && n % 2 === 0) await tx.query(describe, [first, `name ${n}`])
          await tx.query(session, [user, new Date(Date.UTC(2026, 1, 1) + n * 1_000)])
          if (own.length > 20) await tx.query(remove, [own[0]!])
        })
        const [first, second] = own.slice(-2)
        if (first && second && n % 3 === 0) {
          acknowledged.set(first, { ...before.get(first)!, slug: before.get(second)!.slug })
          acknowledged.set(second, { ...before.get(second)!, slug: before.get(first)!.slug })
        }
        if (first && n % 2 === 0) acknowledged.set(first, { ...acknowledged.get(first)!, name: `name ${n}` })
        acknowledged.set(user, { slug: user, name: user })
        own.push(user)
        if (own.length > 21) acknowledged.delete(own.shift()!)
        written++
      } catch (error) {
        const code = String((error as { code?: string }).code ?? error)
        failures.set(code, (failures.get(code) ?? 0) + 1)
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    }
  }
  const working = Promise.all(Array.from({ length: writers }, (_, n) => work(n)))
  return {
    acknowledged,
    /** How often they failed, by code. */
    failures,
    written: () => written,
    async [Symbol.asyncDispose]() {
      stopped = true
      await working
    },
  }
}

/** What is stored of the channels of busy writers, by their users. */
export const channelsWritten = async (db: Postgres): Promise<Acknowledged> => {
  const { rows } = await db.pool.query(
    `SELECT platform_user_id AS user, current_slug AS slug, display_name AS name FROM dm.streamer_channel WHERE platform_user_id LIKE 'w%'`,
  )
  return new Map(rows.map(({ user, slug, name }) => [user, { slug, name }]))
}
