import type { ExportFormat } from '../../exports/export-format.ts'
import { badInput } from '../../lib/errors.ts'
import { parseInstant } from '../../lib/instant.ts'
import type { PlatformName } from '../../platforms/platform.ts'
import { type ChannelReference, parseChannelReference, parseSlug } from '../../resolvers/channel-reference.ts'
import type { TimeRange } from '../../telemetry/buckets.ts'

/** How the caller named the channel. */
export type ExportChannel =
  | { by: 'channel_id'; reference: ChannelReference }
  | { by: 'username'; platform: PlatformName; slug: string }
  | { by: 'kick_user_id'; platform: 'kick'; platformUserId: string }

/** What the caller asks for. */
export type ExportRequest = {
  channel: ExportChannel
  range: TimeRange
  format: ExportFormat
  /** Instead of the document: what `sha256sum --check` reads. */
  checksum: boolean
}

const names = ['channel_id', 'username', 'kick_user_id', 'platform', 'format', 'from', 'to', 'checksum'] as const
type Name = (typeof names)[number]

const maxDays = 366
const maxRangeMs = maxDays * 86_400_000
// What the columns of both stores can hold.
const [firstYear, lastYear] = [1970, 2105]

const readArguments = (query: string): Partial<Record<Name, string>> => {
  const given: Partial<Record<Name, string>> = {}
  for (const [key, value] of new URLSearchParams(query)) {
    const name = names.find((known) => known === key)
    if (!name) throw badInput(`The arguments of an export are ${names.join(', ')}.`)
    if (given[name] !== undefined) throw badInput(`${name} must be given once.`)
    given[name] = value
  }
  return given
}

const oneOf = <T extends string>(name: Name, text: string | undefined, allowed: readonly T[]): T => {
  if (text === undefined) return allowed[0]!
  const found = allowed.find((value) => value === text)
  if (!found) throw badInput(`${name} must be one of ${allowed.join(', ')}.`)
  return found
}

const instantOf = (name: 'from' | 'to', text: string | undefined): Date => {
  const instant = parseInstant(text)
  const year = instant?.getUTCFullYear() ?? 0
  if (!instant || year < firstYear || year > lastYear)
    throw badInput(
      `${name} must be an instant from ${firstYear} to ${lastYear} in RFC 3339 with a zone, like "2026-01-31T18:00:00Z".`,
    )
  return instant
}

const rangeOf = (given: Partial<Record<Name, string>>): TimeRange => {
  const [from, to] = [instantOf('from', given.from), instantOf('to', given.to)]
  if (from > to) throw badInput('from must not be after to.')
  if (to.getTime() - from.getTime() > maxRangeMs) throw badInput(`to must be at most ${maxDays} days after from.`)
  return { from, to }
}

const channelOf = (given: Partial<Record<Name, string>>): ExportChannel => {
  const platform = oneOf('platform', given.platform, ['kick', 'twitch', 'x'])
  if (given.channel_id !== undefined)
    return { by: 'channel_id', reference: parseChannelReference('channel_id', given.channel_id) }
  if (given.username !== undefined) return { by: 'username', platform, slug: parseSlug('username', given.username) }
  if (given.kick_user_id === undefined) throw badInput('Give one of channel_id, username and kick_user_id.')
  if (platform !== 'kick') throw badInput('kick_user_id goes with platform kick only.')
  if (!/^\d{1,20}$/.test(given.kick_user_id)) throw badInput('kick_user_id must be 1 to 20 digits.')
  return { by: 'kick_user_id', platform, platformUserId: given.kick_user_id }
}

/**
 * Reads the query of a URL. Of several keys of a channel the first of channel_id, username and kick_user_id counts. Whatever is
 * unknown, twice or out of its range is BAD_USER_INPUT, naming the argument.
 */
export const parseExportRequest = (query: string): ExportRequest => {
  const given = readArguments(query)
  return {
    channel: channelOf(given),
    range: rangeOf(given),
    format: oneOf('format', given.format, ['csv', 'ndjson', 'parquet']),
    checksum: oneOf('checksum', given.checksum, ['0', '1']) === '1',
  }
}
