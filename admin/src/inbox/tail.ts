import type { WebhookInboxQuery } from '../../generated/graphql.ts'

type Edge = WebhookInboxQuery['webhookInbox']['edges'][number]

/** A delivery in the list. `cursor` is its place in it. */
export type Line = Edge['node'] & { cursor: string }

export const lineOf = ({ cursor, node }: Edge): Line => ({ ...node, cursor })

/** The list of deliveries, newest first, and what came since it was drawn. */
export type Tail = {
  shown: readonly Line[]
  /** Whether there are older ones behind those that are shown. */
  hasOlder: boolean
  /** What came meanwhile, newest first. Of very many only the newest. */
  waiting: readonly Line[]
  /** How many came meanwhile; at least so many where `isCut`. */
  waitingCount: number
  /** What waits does not reach down to what is shown: the list begins anew with it, and what lies between is further down. */
  isCut: boolean
}

export const emptyTail: Tail = { shown: [], hasOlder: false, waiting: [], waitingCount: 0, isCut: false }

/** The most lines that wait, and that stay in the list when new ones come. */
export const mostWaiting = 1_000
export const mostShown = 2_000

const newestFirst = (a: Line, b: Line): number => {
  const byTime = Date.parse(b.receivedAt) - Date.parse(a.receivedAt)
  return byTime || (a.messageId < b.messageId ? 1 : a.messageId > b.messageId ? -1 : 0)
}

/** The first page. */
export const begin = (lines: readonly Line[], hasOlder: boolean): Tail => ({ ...emptyTail, shown: lines, hasOlder })

/** A page of older ones, behind those that are shown. */
export const addOlder = (tail: Tail, lines: readonly Line[], hasOlder: boolean): Tail => {
  const known = new Set(tail.shown.map(({ cursor }) => cursor))
  return { ...tail, shown: [...tail.shown, ...lines.filter(({ cursor }) => !known.has(cursor))], hasOlder }
}

/** Which of these are not in the list yet. */
export const unknownOf = (tail: Tail, lines: readonly Line[]): Line[] => {
  const known = new Set([...tail.shown, ...tail.waiting].map(({ cursor }) => cursor))
  return lines.filter(({ cursor }) => !known.has(cursor))
}

/** What came since. `isCut`: there were so many that those between are missing. */
export const arrive = (tail: Tail, lines: readonly Line[], isCut = false): Tail => {
  const fresh = unknownOf(tail, lines)
  if (fresh.length === 0) return tail
  const waiting = isCut ? fresh : [...tail.waiting, ...fresh].sort(newestFirst)
  return {
    ...tail,
    waiting: waiting.slice(0, mostWaiting),
    waitingCount: tail.waitingCount + fresh.length,
    isCut: isCut || tail.isCut || waiting.length > mostWaiting,
  }
}

/** Shows what waits. One that came late takes its place between the others. */
export const apply = (tail: Tail): Tail => {
  if (tail.waiting.length === 0) return tail
  const all = tail.isCut ? tail.waiting : [...tail.waiting, ...tail.shown].sort(newestFirst)
  const hasOlder = tail.isCut || tail.hasOlder || all.length > mostShown
  return { ...emptyTail, shown: all.slice(0, mostShown), hasOlder }
}

/** When the newest that is known came, in milliseconds of the epoch; null where none is. */
export const newestAt = (tail: Tail): number | null => {
  const newest = [tail.waiting[0], tail.shown[0]].flatMap((line) => (line ? [Date.parse(line.receivedAt)] : []))
  return newest.length > 0 ? Math.max(...newest) : null
}
