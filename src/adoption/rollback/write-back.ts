import fs from 'node:fs/promises'
import path from 'node:path'
import { ConfigError } from '../../lib/errors.ts'
import { makeFolders } from '../../stores/make-folders.ts'
import { presentTables } from '../legacy-tables.ts'
import { type AdoptionContext, ask, type Step, type StepContext } from '../step.ts'

const pageSize = 1_000

/** A node tells every few seconds how far it is. */
const runningNode = ask<{
  node: string
  age: number
}>(`SELECT node, extract(epoch FROM now() - max(told_at))::int AS age FROM dm.spool_backlog
  WHERE told_at > now() - interval '30 seconds' GROUP BY node LIMIT 1`)

const refuseRunning = async ({ db }: AdoptionContext): Promise<void> => {
  const [there] = await db.query(ask<{ has: boolean }>(`SELECT to_regclass('dm.spool_backlog') IS NOT NULL AS has`))
  const [node] = there!.has ? await db.query(runningNode) : []
  if (node)
    throw new ConfigError(
      `The node ${node.node} of Channelscope runs on this database (it said so ${node.age} s ago): stop it, wait half a minute, and run this again.`,
    )
}

// Deliveries that only Channelscope received: the old system has to know them as processed.
const deliveries = ask(`INSERT INTO webhooks.incoming (source, message_id, verified, processed, received_at)
  SELECT 'kick', i.message_id, true, true, i.received_at FROM dm.webhook_message_ids i WHERE i.source = 'kick'
    AND NOT EXISTS (SELECT FROM webhooks.incoming r WHERE r.message_id = i.message_id)
  ON CONFLICT (message_id) DO NOTHING`)

/** What has its place in an old table, or was copied from one, is not written to the file. */
const conditions: Readonly<Record<string, string>> = {
  'dm.stream_session': `t.provenance IS DISTINCT FROM 'legacy'`,
  'dm.chat_archive_log': `t.env <> 'legacy'`,
  'dm.webhook_message_ids': `t.source <> 'kick'`,
}

/** Tables of ours with rows that the old system has no column for. */
const ours = ask<{
  name: string
}>(`SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> '_prisma_migrations' AND (n.nspname = 'dm' OR n.nspname = 'public' AND c.relname = ANY ($1))
  ORDER BY 1`)

/** Tables of `public` that we made, those that refer to others before these. */
export const ownPublicTables = [
  ...['streamer_channel_link', 'link_tickets', 'configuration', 'api_keys', 'audit_log'],
  ...['alert_thread', 'alert_attempt', 'alert_delivery', 'alert', 'alert_state', 'alert_rule_target', 'alert_rule'],
  ...['alert_target', 'alert_cursor', 'happening'],
]

const writeFile = async ({ db, dataDir }: StepContext, file: string): Promise<number> => {
  await makeFolders(dataDir)
  const handle = await fs.open(`${file}.part`, 'w')
  let rows = 0
  try {
    for (const { name } of await db.query(ours, [ownPublicTables])) {
      await db.transaction(async (tx) => {
        const where = conditions[name] ? `WHERE ${conditions[name]}` : ''
        await tx.query(
          ask(`DECLARE rest NO SCROLL CURSOR FOR SELECT row_to_json(t)::text AS row FROM ${name} t ${where}`),
        )
        for (;;) {
          const page = await tx.query(ask<{ row: string }>(`FETCH ${pageSize} FROM rest`))
          await handle.write(page.map(({ row }) => `{"table":"${name}","row":${row}}\n`).join(''))
          rows += page.length
          if (page.length < pageSize) return
        }
      })
    }
    await handle.sync()
  } finally {
    await handle.close()
  }
  await fs.rename(`${file}.part`, file)
  return rows
}

/** Gives back what the old tables have a column for, and writes the rest to a file. The triggers have given back what they could already. */
export const writeBackStep: Step = {
  name: 'write-back',
  phase: 'rollback',
  title: 'Give back what was written meanwhile, and write to a file what the old tables have no column for',
  async estimate(context) {
    await refuseRunning(context)
    return { rows: 0, seconds: 2 }
  },
  async run(context) {
    const { db, dataDir, batches } = context
    const file = path.join(dataDir, 'adoption-rollback-rest.ndjson')
    const rows = await writeFile(context, file)
    const present = await presentTables(db)
    await batches(async (tx) => {
      if (present.has('webhooks.incoming')) await tx.query(deliveries)
      await context.find(tx, [
        {
          kind: 'written-to-file',
          table: 'dm',
          key: file,
          details: { rows },
          done: 'the old tables have no column for it',
        },
      ])
      return { position: null, rows, done: true }
    })
  },
}
