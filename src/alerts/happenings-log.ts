import type { Facts, Happening, HappeningKind } from './happening.ts'
import { column, entriesStatement, type Log, msOf, pastPage } from './log.ts'

/** An entry: id, kind, channel, platform, two instants and facts. */
type Entry = [number, string, number | null, string | null, number, number, Facts]

const columnsOf = (platform: string) => [
  ...[column.number('e.id'), column.word('e.kind'), column.number('e.channel_id'), column.word(platform)],
  ...[msOf('e.happened_at'), msOf('e.recorded_at')].map(column.number),
  column.json('e.facts'),
]

/** A log of what is in no other. In `public` nothing is known of channels but their ids. */
const logOf = (side: 'dm' | 'public', name: 'happenings' | 'own', kinds: readonly HappeningKind[]): Log => {
  const columns = columnsOf(side === 'dm' ? 'c.platform' : 'NULL')
  const from =
    side === 'dm'
      ? 'FROM dm.happening e LEFT JOIN dm.streamer_channel c ON c.id = e.channel_id'
      : 'FROM public.happening e'
  const next = entriesStatement(`alerts_${name}_next`, columns, `${from} WHERE e.id > $1 ORDER BY e.id LIMIT $2`)
  const past = entriesStatement(
    `alerts_${name}_past`,
    columns,
    `${from} WHERE e.id > $1 AND e.recorded_at >= $3 AND e.happened_at >= $3 AND e.happened_at < $4 AND e.kind = ANY ($5)
     AND ($6::bigint[] IS NULL OR e.channel_id = ANY ($6)) ORDER BY e.id LIMIT $2`,
  )
  const known: ReadonlySet<string> = new Set(kinds)
  const happeningsOf = (entries: readonly unknown[][]): Happening[] =>
    (entries as Entry[]).flatMap(([position, kind, channelId, platform, at, recordedAt, facts]) => {
      // Another version writes kinds that this one does not know.
      if (!known.has(kind)) return []
      const startedAt = facts.startedAt === undefined ? null : Date.parse(String(facts.startedAt))
      return [
        {
          ...{ kind: kind as HappeningKind, log: name, position, platform, at, recordedAt, facts },
          channelId: channelId === null ? null : BigInt(channelId),
          sessionStartedAt: startedAt,
        },
      ]
    })
  return {
    name,
    side,
    kinds,
    async read(db, after, limit) {
      const { entries } = (await db.query(next, [after, limit]))[0]!
      const last = (entries.at(-1)?.[0] as number | undefined) ?? after
      return { happenings: happeningsOf(entries), last, more: entries.length === limit }
    },
    async *past(db, { from: begin, to, kinds: wanted, channelIds }) {
      for (let after = 0; ; ) {
        const values = [after, pastPage, begin, to, [...wanted], channelIds && [...channelIds]]
        const { entries } = (await db.query(past, values))[0]!
        yield happeningsOf(entries)
        if (entries.length < pastPage) return
        after = entries.at(-1)![0] as number
      }
    },
  }
}

/** What the tier sees and no other log has. */
export const happeningsLog = logOf('dm', 'happenings', [
  'viewers-passed',
  'renamed',
  'collided',
  'banned',
  'returned',
  'outage',
  'trust-fell',
  'job-failed',
])

/** What belongs to the environment. */
export const ownLog = logOf('public', 'own', ['claim-verified', 'claim-lost', 'job-failed', 'delivery-failed'])
