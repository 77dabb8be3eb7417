import type { PlatformName } from '../platforms/platform.ts'
import { expressions, tableOf } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'

/** A slug in lower case at an instant. */
export type SlugAt = { platform: PlatformName; slug: string; at: Date }

const bySlugsAt = statement(
  'channel_ids_by_slugs_at',
  sql`SELECT ${expressions<{ id: bigint | null }>({ id: 'held.id' })}
   FROM unnest($1::text[], $2::text[], $3::timestamptz[]) WITH ORDINALITY AS v(platform, slug, at, place)
   LEFT JOIN LATERAL (
     SELECT c.id FROM ${tableOf('SlugPeriod')} h JOIN ${tableOf('Channel')} c ON c.id = h.channel_id
     WHERE c.platform = v.platform AND h.slug = v.slug AND h.observed_from <= v.at AND (h.observed_until IS NULL OR h.observed_until > v.at)
     ORDER BY h.observed_from DESC LIMIT 1) held ON true
   ORDER BY v.place`,
)

/** Who held each slug at its instant, in order and null where nobody did, with one statement. */
export const channelIdsBySlugsAt = async (db: Transaction, asked: readonly SlugAt[]): Promise<(bigint | null)[]> => {
  const rows = await db.query(bySlugsAt, [
    asked.map(({ platform }) => platform),
    asked.map(({ slug }) => slug),
    asked.map(({ at }) => at),
  ])
  return rows.map(({ id }) => id)
}
