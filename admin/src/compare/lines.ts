import type { ComparePageQuery } from '../../generated/graphql.ts'
import { type Hole, onSharedTimes, type Series, type Span } from '../parts/chart/chart-data.ts'
import type { ToldOutage } from '../parts/chart/explained-outages.ts'
import { holesOf } from '../parts/chart/hole-words.ts'
import type { OutagesOfChannel } from '../parts/chart/use-explained.ts'
import { type Handle, readHandle } from './search.ts'

type Node = NonNullable<ComparePageQuery['bySlug']>['nodes'][number]

/** A channel of the link: what the link says first, all that it says of it, and the channel where there is one. */
export type Compared = { handle: string; handles: readonly string[]; channel: Node | null }

/** What is asked for by slug, and what by id. */
export const asked = (handles: readonly string[]): { slugs: string[]; ids: string[]; withSlugs: boolean } => {
  const read = handles.map(readHandle).filter((handle): handle is Handle => handle !== null)
  const slugs = read.flatMap((handle) => ('slug' in handle ? [handle.slug] : []))
  return {
    slugs,
    withSlugs: slugs.length > 0,
    ids: read.flatMap((handle) => ('id' in handle ? [handle.id] : [])),
  }
}

const had = (channel: Node, slug: string): boolean =>
  channel.slugHistory.some((period) => period.slug.toLowerCase() === slug.toLowerCase())

const find = (text: string, { bySlug, byId }: ComparePageQuery): Node | null => {
  const handle = readHandle(text)
  if (!handle) return null
  if ('id' in handle) {
    const found = byId.find((node) => node?.__typename === 'Channel' && node.id === handle.id)
    return found?.__typename === 'Channel' ? found : null
  }
  const onPlatform = (bySlug?.nodes ?? []).filter(({ platform }) => platform === handle.platform)
  const now = onPlatform.find(({ slug }) => slug?.toLowerCase() === handle.slug.toLowerCase())
  return now ?? onPlatform.find((channel) => had(channel, handle.slug)) ?? null
}

/** The channels in the order of the link, each once. Who has a slug now comes before who had it. */
export const compared = (handles: readonly string[], answer: ComparePageQuery): Compared[] => {
  const rows = new Map<string, Compared>()
  for (const handle of handles) {
    const channel = find(handle, answer)
    const key = channel?.id ?? handle
    const row = rows.get(key) ?? { handle, handles: [], channel }
    rows.set(key, { ...row, handles: [...row.handles, handle] })
  }
  return [...rows.values()]
}

const ownName = ({ handle, channel }: Compared): string => channel?.displayName ?? channel?.slug ?? handle

/** What a channel is called beside the others: its name, or what the link says where two have the same name. */
export const nameOf = (row: Compared, rows: readonly Compared[]): string => {
  const name = ownName(row)
  return rows.some((other) => other !== row && ownName(other) === name) ? row.handle : name
}

type Line = { times: number[]; values: (number | null)[]; series: Omit<Series, 'values'> }

const drawn = (lines: readonly Line[]): { times: number[]; series: Series[] } => {
  const { times, values } = onSharedTimes(lines)
  return { times, series: lines.map(({ series }, i) => ({ ...series, values: values[i]! })) }
}

const standsForMs = 5 * 60_000

/** Whether anything is known of the channel in the previous period. */
const hasPrevious = (channel: Node | null): boolean =>
  channel?.before?.points.some(({ average }) => average !== null) ?? false

/** What the line of a channel over the previous period is called. */
const previousOf = (name: string): string => `${name}, previous period`

/** Outages to be explained: those of each channel, and where they are drawn. */
export type AskedOutages = OutagesOfChannel & { channel: Node; of: string; ahead: number }

type Asked = { channel: Node; name: string }

/** The outages of what is drawn by the clock. */
const outagesByClock = ({ channel, name }: Asked, shift: number): AskedOutages[] => {
  const of = (series: Node['viewers'], line: string, ahead: number): AskedOutages[] =>
    series ? [{ id: channel.id, ...series.meta, outages: series.outages, channel, of: line, ahead }] : []
  return [...of(channel.viewers, name, 0), ...(hasPrevious(channel) ? of(channel.before, previousOf(name), shift) : [])]
}

/** The latest broadcast of each: what is missing of it is not known yet. */
const outagesByStart = ({ channel, name }: Asked): AskedOutages[] => {
  const session = channel.sessions?.nodes[0]
  if (!session) return []
  const { startedAt, endedAt, timeline } = session
  const to = endedAt ?? timeline.meta.to
  return [{ id: channel.id, from: startedAt, to, outages: null, channel, of: name, ahead: -Date.parse(startedAt) }]
}

/** The outages of all lines; `shift` is how much later the previous period is drawn than it was. */
export const outagesOf = (rows: readonly Compared[], byStart: boolean, shift: number): AskedOutages[] =>
  rows.flatMap((row) => {
    if (!row.channel) return []
    const asked = { channel: row.channel, name: nameOf(row, rows) }
    return byStart ? outagesByStart(asked) : outagesByClock(asked, shift)
  })

/** The holes in all lines. */
export const holesOfLines = (asked: readonly AskedOutages[], told: readonly (readonly ToldOutage[])[]): Hole[] =>
  asked.flatMap(({ channel, of, ahead }, i) =>
    holesOf(told[i] ?? [], channel).map((hole) => ({ ...hole, of, from: hole.from + ahead, to: hole.to + ahead })),
  )

/** The viewers by the clock; those of the previous period are put onto the same axis, dashed. */
export const byClock = (rows: readonly Compared[], shift: number): { times: number[]; series: Series[] } =>
  drawn(
    rows.flatMap((row, i) => {
      const { viewers, before } = row.channel ?? {}
      const line = (series: typeof viewers, name: string, ahead: number, dashed: boolean): Line[] =>
        series
          ? [
              {
                times: series.points.map(({ start }) => Date.parse(start) + ahead),
                values: series.points.map(({ average }) => average),
                series: { name, colour: i + 1, dashed, standsForMs },
              },
            ]
          : []
      return [
        ...line(viewers, nameOf(row, rows), 0, false),
        // Where nothing at all is known of it, it has no line.
        ...(hasPrevious(row.channel) ? line(before, previousOf(nameOf(row, rows)), shift, true) : []),
      ]
    }),
  )

const minuteMs = 60_000

/** How long the buckets of a broadcast are: longer ones for a longer broadcast. */
const stepOf = (starts: readonly number[]): number => {
  const [first = 0, second = first + minuteMs, third] = starts
  // The first one may begin with the broadcast.
  return third === undefined ? second - first : third - second
}

/**
 * The viewers by the time since the latest broadcast began. Buckets are put onto one grid, so an instant may be off by less than a bucket. An
 * average of a long bucket stands for all of it.
 */
export const byStart = (rows: readonly Compared[]): { times: number[]; series: Series[]; span: Span } => {
  const lines = rows.flatMap((row, i): (Line & { step: number })[] => {
    const session = row.channel?.sessions?.nodes[0]
    if (!session) return []
    const startedAt = Date.parse(session.startedAt)
    const starts = session.timeline.points.map(({ start }) => Date.parse(start))
    const step = stepOf(starts)
    return [
      {
        times: starts.map((start) => Math.max(0, Math.ceil((start - startedAt) / step)) * step),
        values: session.timeline.points.map(({ viewers }) => viewers),
        series: { name: nameOf(row, rows), colour: i + 1, standsForMs },
        step,
      },
    ]
  })
  const { times, series } = drawn(lines)
  const whole = series.map((one, i) => {
    const { step } = lines[i]!
    const at = new Map(lines[i]!.times.map((time, n) => [time, lines[i]!.values[n] ?? null]))
    return { ...one, values: times.map((time) => at.get(Math.floor(time / step) * step) ?? null) }
  })
  const longest = Math.max(minuteMs, ...lines.map((one) => (one.times.at(-1) ?? 0) + one.step))
  return { times, series: whole, span: { from: 0, to: longest } }
}
