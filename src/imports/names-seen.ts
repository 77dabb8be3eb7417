import type { ChannelObservation } from '../channels/observation.ts'
import { upsertChannelInside, upsertChannels } from '../channels/upsert.ts'
import type { PlatformName } from '../platforms/platform.ts'
import { instant, text } from '../stores/clickhouse/columns.ts'
import { namedQuery } from '../stores/clickhouse/named-query.ts'
import type { ImportContext } from './staged-rows.ts'

/** A slug under which rows name a channel, and the first instant at which they do so after another one. */
export type NameSeen = { ref: string; slug: string; at: Date }

/** More names than any channel had: what changes more often is no slug, and the last ones are kept. */
const mostNames = 100

// Rows of one instant that disagree say nothing. Few channels have several slugs, and only their rows are put in order.
const namesSeen = ({ staging }: Pick<ImportContext, 'staging'>) => {
  const named = `SELECT toString(ref) AS ref, lower(slug) AS name, at FROM ${staging.rows}
    WHERE problem = '' AND slug != '' AND ref IN {refs:Array(String)}` as `${string}{refs:Array(String)}`
  return namedQuery({
    name: 'import_names_seen',
    pool: 'heavy',
    sql: `WITH several AS (SELECT ref FROM (${named}) GROUP BY ref HAVING uniqExact(name) > 1)
      SELECT ref, any(name) AS slug, toFloat64(toUnixTimestamp64Milli(min(at))) AS at FROM (${named}) WHERE ref NOT IN several GROUP BY ref
      UNION ALL
      SELECT ref, slug, toFloat64(toUnixTimestamp64Milli(at)) FROM (
        SELECT *, lagInFrame(slug) OVER (PARTITION BY ref ORDER BY at ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS before
        FROM (SELECT ref, min(name) AS slug, at FROM (${named}) WHERE ref IN several GROUP BY ref, at HAVING min(name) = max(name)))
      WHERE slug != before ORDER BY ref, at DESC LIMIT ${mostNames} BY ref` as `${string}{refs:Array(String)}`,
    row: { ref: text, slug: text, at: instant },
  })
}

/** The slugs under which the rows name channels. */
export const readNamesSeen = (
  context: Pick<ImportContext, 'clickHouse' | 'staging'>,
  refs: readonly string[],
): Promise<NameSeen[]> => context.clickHouse.query(namesSeen(context), { refs: [...refs] })

/**
 * Makes channels as they were seen, so that each has a slug from when it was seen with it. Those whose slug changed, or was seen of several, are
 * made in one transaction in the order of time: whoever is killed in it has made none of them. The ids by platform user id.
 */
export const makeChannels = async (
  { db, log }: Pick<ImportContext, 'db' | 'log'>,
  platform: PlatformName,
  observations: readonly ChannelObservation[],
): Promise<Map<string, bigint>> => {
  const ofUser = Map.groupBy(observations, ({ platformUserId }) => platformUserId)
  const ofSlug = Map.groupBy(observations, ({ slug }) => slug)
  const isAlone = ({ platformUserId, slug }: ChannelObservation) =>
    ofUser.get(platformUserId)!.length === 1 && (slug === undefined || ofSlug.get(slug)!.length === 1)
  const made = await upsertChannels(db, platform, observations.filter(isAlone), { log })
  const inOrder = observations
    .filter((seen) => !isAlone(seen))
    .sort((a, b) => a.observedAt.getTime() - b.observedAt.getTime())
  const ids = new Map(Array.from(made, ([user, { id }]) => [user, id]))
  if (inOrder.length > 0)
    await db.transaction(async (tx) => {
      for (const seen of inOrder)
        ids.set(seen.platformUserId, (await upsertChannelInside(tx, platform, seen, { log })).id)
    })
  return ids
}
