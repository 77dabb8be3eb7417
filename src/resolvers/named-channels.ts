import { slugHolders } from '../channels/channel-lookup.ts'
import { badInput } from '../lib/errors.ts'
import type { PlatformName } from '../platforms/platform.ts'
import { builtInPlatforms } from '../platforms/registry.ts'
import { tableOf } from '../stores/postgres/model.ts'
import { maxNamed } from './channel-filter.ts'
import { parseChannelReferences, parseSlug } from './channel-reference.ts'
import type { Condition } from './row-list.ts'

/** Channels as the arguments of a list name them; slugs are those of the platform, of all where none is given. */
export type NamedChannels = {
  channels?: readonly string[] | null
  slugs?: readonly string[] | null
  platform?: PlatformName | null
}

/**
 * Selects the ids of the channels named by id, ULID or slug, of a slug its holder now, else the last one. What nobody has selects
 * nothing. Undefined where no names are given. BAD_USER_INPUT where there are too many or one can be none.
 */
export const channelsNamed = ({ channels, slugs, platform }: NamedChannels): Condition | undefined => {
  if (channels == null && slugs == null) return undefined
  const count = (channels?.length ?? 0) + (slugs?.length ?? 0)
  if (count < 1 || count > maxNamed)
    throw badInput(`channels and slugs together must name 1 to ${maxNamed} channels; leave out both to ask for all.`)
  const { ids, externalIds } = parseChannelReferences('channels', channels ?? [])
  const names = (slugs ?? []).map((text) => parseSlug('slugs', text))
  return {
    name: 'among',
    values: [ids, externalIds, names, platform == null ? builtInPlatforms.map(({ name }) => name) : [platform]],
    sql: (
      _,
      [ids, externalIds, names, platforms],
    ) => `SELECT id FROM ${tableOf('Channel')} WHERE id = ANY (${ids}::bigint[])
      UNION SELECT id FROM ${tableOf('Channel')} WHERE external_id = ANY (${externalIds}::text[])
      UNION SELECT unnest(${slugHolders(`${platforms}::text[]`, `${names}::text[]`)})`,
  }
}
