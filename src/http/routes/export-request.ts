import type { ExportFormat } from '../../exports/export-format.ts'
import { badInput } from '../../lib/errors.ts'
import { parseInstant, parseRelativeInstant } from '../../lib/instant.ts'
import type { PlatformName } from '../../platforms/platform.ts'
import type { PlatformRegistry } from '../../platforms/platform-definition.ts'
import { type ChannelReference, parseChannelReference, parseSlug } from '../../resolvers/channel-reference.ts'
import type { TimeRange } from '../../telemetry/buckets.ts'

/** How the caller named the channel, and by which argument. */
export type ExportChannel = { argument: string } & (
  | { reference: ChannelReference }
  | { platform: PlatformName; slug: string }
  | { platform: PlatformName; platformUserId: string }
)

/** What the caller asks for. */
export type ExportRequest = {
  /** Null where all channels are asked for, which not every export allows. */
  channel: ExportChannel | null
  /** Of all channels only those of this platform; null without one, and where a channel is named. */
  platform: PlatformName | null
  range: TimeRange
  format: ExportFormat
  /** Instead of the document: what `sha256sum --check` reads. */
  checksum: boolean
}

type Given = Readonly<Record<string, string | undefined>>

const maxDays = 366
const maxRangeMs = maxDays * 86_400_000
// What the columns of both stores can hold.
const [firstYear, lastYear] = [1970, 2105]

const readArguments = (names: readonly string[], query: string): Given => {
  const given: Record<string, string> = {}
  for (const [name, value] of new URLSearchParams(query)) {
    if (!names.includes(name)) throw badInput(`The arguments of an export are ${names.join(', ')}.`)
    if (given[name] !== undefined) throw badInput(`${name} must be given once.`)
    given[name] = value
  }
  return given
}

const oneOf = <T extends string>(name: string, text: string | undefined, allowed: readonly [T, ...T[]]): T => {
  if (text === undefined) return allowed[0]
  const found = allowed.find((value) => value === text)
  if (!found) throw badInput(`${name} must be one of ${allowed.join(', ')}.`)
  return found
}

const instantOf = (name: 'from' | 'to', text: string | undefined, now: number): Date => {
  const instant = parseInstant(text) ?? parseRelativeInstant(text)?.at(now)
  const year = instant?.getUTCFullYear() ?? 0
  if (!instant || year < firstYear || year > lastYear)
    throw badInput(
      `${name} must be an instant from ${firstYear} to ${lastYear} in RFC 3339 with a zone, like "2026-01-31T18:00:00Z", or told from now, like "now-24h" or "now-1d/d".`,
    )
  return instant
}

const rangeOf = (given: Given, now: number): TimeRange => {
  const [from, to] = [instantOf('from', given.from, now), instantOf('to', given.to, now)]
  if (from > to) throw badInput('from must not be after to.')
  if (to.getTime() - from.getTime() > maxRangeMs) throw badInput(`to must be at most ${maxDays} days after from.`)
  return { from, to }
}

/** The channel that is named; null where none is. */
const channelOf = (
  registry: PlatformRegistry,
  keys: readonly string[],
  platform: PlatformName,
  given: Given,
): ExportChannel | null => {
  const argument = keys.find((key) => given[key] !== undefined)
  if (argument === undefined) return null
  const text = given[argument]!
  if (argument === 'channel_id') return { argument, reference: parseChannelReference(argument, text) }
  if (argument === 'username') return { argument, platform, slug: parseSlug(argument, text) }
  const { name, userIdArgument } = registry.find(({ userIdArgument }) => userIdArgument?.name === argument)!
  if (platform !== name) throw badInput(`${argument} goes with platform ${name} only.`)
  if (!userIdArgument!.pattern.test(text)) throw badInput(`${argument} must be ${userIdArgument!.allowed}.`)
  return { argument, platform, platformUserId: text }
}

/** What the reading of a query depends on; `now` is in milliseconds since the epoch. */
type Reading = { now: number; needsChannel: boolean }

/**
 * Reads the query of a URL. Of several keys of a channel the first of channel_id, username and the arguments of platforms counts. Whatever
 * is unknown, twice or out of its range is BAD_USER_INPUT, naming the argument.
 */
export const parseExportRequest = (
  registry: PlatformRegistry,
  query: string,
  { now, needsChannel }: Reading,
): ExportRequest => {
  const keys = ['channel_id', 'username', ...registry.flatMap(({ userIdArgument }) => userIdArgument?.name ?? [])]
  const given = readArguments([...keys, 'platform', 'format', 'from', 'to', 'checksum'], query)
  const [first, ...others] = registry
  const platform = oneOf('platform', given.platform, [first.name, ...others.map(({ name }) => name)])
  const channel = channelOf(registry, keys, platform, given)
  if (!channel && needsChannel) throw badInput(`Give one of ${keys.slice(0, -1).join(', ')} and ${keys.at(-1)}.`)
  return {
    channel,
    platform: channel || given.platform === undefined ? null : platform,
    range: rangeOf(given, now),
    format: oneOf('format', given.format, ['csv', 'ndjson', 'parquet']),
    checksum: oneOf('checksum', given.checksum, ['0', '1']) === '1',
  }
}
