import { slugHolders } from '../channels/channel-lookup.ts'
import { idsOfSearch, searchValues } from '../channels/channel-search.ts'
import { badInput } from '../lib/errors.ts'
import { builtInPlatforms } from '../platforms/registry.ts'
import { tableOf } from '../stores/postgres/model.ts'
import { quoted } from '../stores/postgres/statement.ts'
import { parseSlug } from './channel-reference.ts'
import { readSearch } from './channel-search.ts'
import type { Condition } from './row-list.ts'
import { requireWellFormed } from './well-formed.ts'

/** The filters of channels that need only dm. */
export type ChannelFilter = {
  platform?: string | null
  status?: string | null
  search?: string | null
  handle?: string | null
  active?: boolean | null
  slugs?: readonly string[] | null
  category?: string | null
  language?: string | null
  trackedSince?: Date | null
}

/** The most names that a filter may have. */
export const maxNamed = 100

const scheduled = (c: string, more = ''): string =>
  `EXISTS (SELECT FROM ${tableOf('ProbeSchedule')} s WHERE s.channel_id = ${c}.id AND s.active${more})`

/** A pattern that matches the text anywhere; its pattern characters stand for themselves. */
const containing = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`

/** The trimmed text of a filter; BAD_USER_INPUT when it is too long, has control characters or half a character. */
const checkedText = (name: string, text: string): string => {
  const trimmed = requireWellFormed(`filter.${name}`, text).trim()
  if (trimmed.length > 100 || /\p{Cc}/u.test(trimmed))
    throw badInput(`filter.${name} must be at most 100 characters, without control characters.`)
  return trimmed
}

/** Checks how many names a filter has. */
export const checkedNames = <Name>(name: string, names: readonly Name[]): readonly Name[] => {
  if (names.length < 1 || names.length > maxNamed) throw badInput(`filter.${name} must have 1 to ${maxNamed} entries.`)
  return names
}

/** The trimmed text that a broadcast may have; BAD_USER_INPUT for one that none can have. */
export const checkedDetail = (name: 'category' | 'language', text: string): string => {
  const trimmed = checkedText(name, text)
  if (trimmed === '') throw badInput(`filter.${name} must not be empty.`)
  return trimmed
}

/** The condition that a session has what the filter says, in any case. */
export const said = (column: 'category' | 'language', text: string): Condition => ({
  name: column,
  values: [checkedDetail(column, text)],
  sql: (s, [p]) => `dm.fold_case(${s}.${column}) = dm.fold_case(${p}::text)`,
})

/** The condition that the channel with this id holds one of the slugs, or held it last where nobody has it now. */
export const calledBy = (
  { slugs, platform }: { slugs: readonly string[]; platform?: string | null | undefined },
  idOf: (alias: string) => string,
): Condition => ({
  name: 'slugs',
  values: [
    checkedNames('slugs', slugs).map((slug) => parseSlug('filter.slugs', slug)),
    platform == null ? builtInPlatforms.map(({ name }) => name) : [platform],
  ],
  isFew: true,
  isNarrow: true,
  sql: (alias, [slugs, platforms]) =>
    `${idOf(alias)} = ANY (${slugHolders(`${platforms}::text[]`, `${slugs}::text[]`)})`,
})

/** The condition that a session of the channel is on and has what another condition says. */
const whileOn = ({ name, values, sql }: Condition): Condition => ({
  name,
  values,
  isFew: true,
  isNarrow: true,
  sql: (c, parameters, part) =>
    `${c}.id IN (SELECT b.channel_id FROM ${tableOf('StreamSession')} b WHERE b.ended_at IS NULL AND ${sql('b', parameters, part)})`,
})

/** The condition that a search by a handle finds the channel; none where no handle is given. */
const foundBy = ({ handle, platform }: ChannelFilter): Condition[] => {
  if (handle == null || handle.trim() === '') return []
  const search = readSearch(builtInPlatforms, 'filter.handle', handle, platform)
  if (search === null) return [{ name: 'nothing', values: [], sql: () => 'false' }]
  return [
    {
      name: 'handle',
      values: searchValues(search),
      sql: (c, parameters) =>
        `${c}.id IN (${idsOfSearch(parameters)}) AND ${c}.platform = ANY (${parameters[0]}::text[])`,
    },
  ]
}

/** The conditions of a filter. BAD_USER_INPUT where it asks for what no channel can have. */
export const channelConditions = (filter: ChannelFilter): Condition[] => {
  const { platform, status, active, slugs, category, language, trackedSince } = filter
  const conditions: Condition[] = []
  if (slugs != null) conditions.push(calledBy({ slugs, platform }, (c) => `${c}.id`))
  // In the text, and no parameters: how many channels pass depends on the word, and a statement without parameters is planned once.
  if (platform != null)
    conditions.push({ name: `on_${platform}`, values: [], sql: (c) => `${c}.platform = ${quoted(platform)}` })
  if (status != null)
    conditions.push({
      name: status,
      values: [],
      isFew: status === 'online',
      sql: (c) => `${c}.status = ${quoted(status)}`,
    })
  const search = checkedText('search', filter.search ?? '')
  if (search)
    conditions.push({
      name: 'search',
      values: [containing(search)],
      sql: (c, [p]) =>
        `(${c}.current_slug LIKE dm.fold_case(${p}::text) OR ${c}.folded_name LIKE dm.fold_case(${p}::text))`,
    })
  conditions.push(...foundBy(filter))
  if (active === true) conditions.push({ name: 'active', values: [], sql: (c) => scheduled(c) })
  if (active === false) conditions.push({ name: 'inactive', values: [], sql: (c) => `NOT ${scheduled(c)}` })
  if (category != null) conditions.push(whileOn(said('category', category)))
  if (language != null) conditions.push(whileOn(said('language', language)))
  if (trackedSince != null)
    conditions.push({
      name: 'tracked_since',
      values: [trackedSince],
      sql: (c, [p]) => scheduled(c, ` AND s.switched_at <= ${p}::timestamptz`),
    })
  return conditions
}
