import type { ExportFormat } from '../../exports/export-format.ts'
import { badInput } from '../../lib/errors.ts'
import { parseInstant } from '../../lib/instant.ts'
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
  channel: ExportChannel
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

const instantOf = (name: 'from' | 'to', text: string | undefined): Date => {
  const instant = parseInstant(text)
  const year = instant?.getUTCFullYear() ?? 0
  if (!instant || year < firstYear || year > lastYear)
    throw badInput(
      `${name} must be an instant from ${firstYear} to ${lastYear} in RFC 3339 with a zone, like "2026-01-31T18:00:00Z".`,
    )
  return instant
}

const rangeOf = (given: Given): TimeRange => {
  const [from, to] = [instantOf('from', given.from), instantOf('to', given.to)]
  if (from > to) throw badInput('from must not be after to.')
  if (to.getTime() - from.getTime() > maxRangeMs) throw badInput(`to must be at most ${maxDays} days after from.`)
  return { from, to }
}

const channelOf = (registry: PlatformRegistry, keys: readonly string[], given: Given): ExportChannel => {
  const [first, ...others] = registry
  const platform = oneOf('platform', given.platform, [first.name, ...others.map(({ name }) => name)])
  const argument = keys.find((key) => given[key] !== undefined)
  if (argument === undefined) throw badInput(`Give one of ${keys.slice(0, -1).join(', ')} and ${keys.at(-1)}.`)
  const text = given[argument]!
  if (argument === 'channel_id') return { argument, reference: parseChannelReference(argument, text) }
  if (argument === 'username') return { argument, platform, slug: parseSlug(argument, text) }
  const { name, userIdArgument } = registry.find(({ userIdArgument }) => userIdArgument?.name === argument)!
  if (platform !== name) throw badInput(`${argument} goes with platform ${name} only.`)
  if (!userIdArgument!.pattern.test(text)) throw badInput(`${argument} must be ${userIdArgument!.allowed}.`)
  return { argument, platform, platformUserId: text }
}

/**
 * Reads the query of a URL. Of several keys of a channel the first of channel_id, username and the arguments of platforms counts. Whatever
 * is unknown, twice or out of its range is BAD_USER_INPUT, naming the argument.
 */
export const parseExportRequest = (registry: PlatformRegistry, query: string): ExportRequest => {
  const keys = ['channel_id', 'username', ...registry.flatMap(({ userIdArgument }) => userIdArgument?.name ?? [])]
  const given = readArguments([...keys, 'platform', 'format', 'from', 'to', 'checksum'], query)
  return {
    channel: channelOf(registry, keys, given),
    range: rangeOf(given),
    format: oneOf('format', given.format, ['csv', 'ndjson', 'parquet']),
    checksum: oneOf('checksum', given.checksum, ['0', '1']) === '1',
  }
}
