import { channelIdsByPlatformUserIds, channelIdsBySlugs } from '../channels/channel-lookup.ts'
import type { ChannelObservation } from '../channels/observation.ts'
import type { PlatformName } from '../platforms/platform.ts'
import { builtInPlatforms } from '../platforms/registry.ts'
import { number, text } from '../stores/clickhouse/columns.ts'
import { namedQuery } from '../stores/clickhouse/named-query.ts'
import { select, tableOf } from '../stores/postgres/model.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import { makeChannels, type NameSeen, readNamesSeen } from './names-seen.ts'
import type { ImportContext } from './staged-rows.ts'

/** A channel as rows name it: by its account, else by its slug, which is the last one of them. `from` is their first instant. */
type Named = { ref: string; platform: string; account: string | null; slug: string; from: number }

/** What a name stands for; `reason` says why nothing could be found. */
type Resolved = { ref: string; channelId: bigint; platform: string; account: string; slug: string; reason: string }

const identities = statement(
  'import_channel_identities',
  sql`SELECT ${select('Channel', ['id', 'platform', 'platformUserId', 'currentSlug'])} FROM ${tableOf('Channel')} WHERE id = ANY ($1::bigint[])`,
)

const batchSize = 1_000

const namesOf = async ({ clickHouse, staging }: ImportContext): Promise<Named[]> => {
  const rows = await clickHouse.query(
    namedQuery({
      name: 'import_names',
      pool: 'heavy',
      sql: `SELECT toString(ref) AS ref, toString(argMaxIf(slug, at, slug != '')) AS slug, toFloat64(toUnixTimestamp64Milli(min(at))) AS \`from\`
        FROM ${staging.rows} WHERE problem = '' GROUP BY ref ORDER BY ref`,
      row: { ref: text, slug: text, from: number },
    }),
    {},
  )
  return rows.map(({ ref, slug, from }) => {
    const cut = ref.search(/[/@]/)
    const name = ref.slice(cut + 1)
    const isAccount = ref[cut] === '/'
    return {
      ref,
      platform: ref.slice(0, cut),
      account: isAccount ? name : null,
      slug: isAccount ? slug.toLowerCase() : name,
      from,
    }
  })
}

/** Looks up the account of a slug at its platform; null where the platform knows none, a reason where it can not be asked. */
const lookUp = async (
  { platforms }: ImportContext,
  platform: PlatformName,
  slug: string,
): Promise<{ account: string } | { reason: string }> => {
  const adapter = platforms.get(platform)
  if (!adapter?.capabilities.has('resolve-handle')) return { reason: 'channel-unknown' }
  const answer = await adapter.resolveHandle(slug)
  if (!answer.ok) return { reason: 'channel-unknown' }
  return answer.value === null ? { reason: 'channel-unknown' } : { account: answer.value.platformUserId }
}

/** What the rows say of a channel: since when it is known, and each change of its slug. */
const observationsOf = (
  platformUserId: string,
  those: readonly Named[],
  seen: ReadonlyMap<string, readonly NameSeen[]>,
): ChannelObservation[] => {
  const names = those.flatMap(({ ref }) => seen.get(ref) ?? [])
  const from = Math.min(...those.map((one) => one.from))
  const isNamedAtOnce = names.some(({ at }) => at.getTime() === from)
  return [
    ...(isNamedAtOnce ? [] : [{ platformUserId, observedAt: new Date(from) }]),
    ...names.map(({ slug, at }) => ({ platformUserId, slug, observedAt: at })),
  ]
}

const resolvePlatform = async (
  context: ImportContext,
  platform: PlatformName,
  named: readonly Named[],
): Promise<Resolved[]> => {
  const { db, isDryRun } = context
  const unknown = (one: Named, reason: string): Resolved => ({
    ref: one.ref,
    channelId: 0n,
    platform,
    account: one.account ?? '',
    slug: one.slug,
    reason,
  })
  const bySlug = await channelIdsBySlugs(
    db,
    platform,
    named.flatMap(({ account, slug }) => (account === null ? [slug] : [])),
  )
  const accounts = new Map<string, Named[]>()
  const found: { one: Named; id: bigint }[] = []
  const failed: Resolved[] = []
  for (const one of named) {
    const id = one.account === null ? bySlug.get(one.slug) : undefined
    if (id !== undefined) found.push({ one, id })
    else {
      const told = one.account === null ? await lookUp(context, platform, one.slug) : { account: one.account }
      if ('reason' in told) failed.push(unknown(one, told.reason))
      else accounts.set(told.account, [...(accounts.get(told.account) ?? []), one])
    }
  }
  const known = await channelIdsByPlatformUserIds(db, platform, [...accounts.keys()])
  const missing = [...accounts].filter(([account]) => !known.has(account))
  if (!isDryRun && missing.length > 0) {
    const refs = missing.flatMap(([, those]) => those.map(({ ref }) => ref))
    const seen = Map.groupBy(await readNamesSeen(context, refs), ({ ref }) => ref)
    const observations = missing.flatMap(([account, those]) => observationsOf(account, those, seen))
    for (const [account, id] of await makeChannels(context, platform, observations)) known.set(account, id)
  }
  const ids = [...found.map(({ id }) => id), ...known.values()]
  const rows = new Map((await db.query(identities, [ids])).map((row) => [row.id, row]))
  const resolved = (one: Named, id: bigint): Resolved => {
    const { platformUserId, currentSlug } = rows.get(id)!
    return { ref: one.ref, channelId: id, platform, account: platformUserId, slug: currentSlug ?? one.slug, reason: '' }
  }
  return [
    ...failed,
    ...found.map(({ one, id }) => resolved(one, id)),
    ...[...accounts].flatMap(([account, those]) =>
      those.map((one) => {
        const id = known.get(account)
        // Of a dry run: the channel would be made.
        return id === undefined ? { ...unknown(one, ''), account } : resolved(one, id)
      }),
    ),
  ]
}

/** Finds the channels that the rows name, makes those that are not known, and writes down which is which. It may be repeated. */
export const resolveChannels = async (context: ImportContext): Promise<void> => {
  const { clickHouse, staging, signal } = context
  const names = await namesOf(context)
  await clickHouse.command(`DROP TABLE IF EXISTS ${staging.channels} SYNC`)
  await clickHouse.command(`CREATE TABLE ${staging.channels} (ref LowCardinality(String), channel_id UInt64, platform LowCardinality(String), account String, slug String,
    reason LowCardinality(String)) ENGINE = MergeTree ORDER BY ref SETTINGS non_replicated_deduplication_window = 100, fsync_after_insert = 1`)
  const platforms = new Set<string>(builtInPlatforms.map(({ name }) => name))
  for (const [platform, ofPlatform] of Map.groupBy(names, (one) => one.platform))
    for (let start = 0; start < ofPlatform.length; start += batchSize) {
      signal.throwIfAborted()
      const some = ofPlatform.slice(start, start + batchSize)
      const resolved = platforms.has(platform)
        ? await resolvePlatform(context, platform as PlatformName, some)
        : some.map(({ ref, slug }) => ({ ref, channelId: 0n, platform, account: '', slug, reason: 'platform' }))
      const lines = resolved.map((one) =>
        JSON.stringify([one.ref, String(one.channelId), one.platform, one.account, one.slug, one.reason]),
      )
      await clickHouse.insertBatch({
        table: staging.channels,
        columns: ['ref', 'channel_id', 'platform', 'account', 'slug', 'reason'],
        format: 'JSONCompactEachRow',
        body: Buffer.from(lines.join('\n')),
        token: `${staging.channels} ${platform} ${start}`,
        rows: lines.length,
      })
    }
}
