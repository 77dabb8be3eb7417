import { chatFormat } from '../../stores/clickhouse/tables/kick-chat-message.ts'
import { inboxFormat } from '../../stores/clickhouse/tables/webhook-inbox.ts'
import { legacyProbes, legacyScores, seenTwice } from '../clickhouse/legacy-tables.ts'
import { convertedFactors } from '../clickhouse/overlap.ts'
import type { AdoptionContext } from '../step.ts'
import { aroundDay, ofDay } from './bring-days.ts'
import { chatMirror, firstChat } from './chat.ts'
import { deliveriesMirror, firstDelivery } from './deliveries.ts'
import type { Mirror } from './mirror.ts'
import { probesMirror, scoresMirror } from './probes-and-scores.ts'

/** A copy with the table of ours that has its rows in the end. */
export type Destination = Mirror & {
  to: string
  /** The first second that the table keeps. */
  first(context: AdoptionContext): number
  /** SQL over the copy: what identifies a row, and what it tells. */
  key: string
  fact: string
  /** SQL: the same of the table around a day, with `brought`: whether Phase B put the row there as it was told. */
  kept(day: number): string
}

const second = (instant: string) => `(toString(platform), platform_user_id, toUInt32(toUnixTimestamp(${instant})))`
const ofProbe = `(toUInt32(ifNull(toUnixTimestamp(stream_started_at), 0)), toUInt32(ifNull(viewer_count, 0)), toUInt32(ifNull(follower_count, 0)))`
const ofScore = (factors: string) => `(toInt64(round(score * 100)), ${factors})`
const ofChat = `(channel_id, toString(channel_slug), platform_user_id, toString(username), content, emotes_json, badges_json, toUInt32(toUnixTimestamp(created_at)))`
const ofDelivery = '(toString(event_type), payload, signature, verified)'

const select = (key: string, fact: string, from: string, brought = '0') =>
  `SELECT ${key} AS key, ${fact} AS fact, ${brought} AS brought FROM ${from}`

const messages = (table: string, fact: string, instant: string) => (day: number) =>
  `${select('message_id', fact, table, `provenance = 'legacy'`)} WHERE env = {env:String} AND ${aroundDay(instant, day)}`

/** What Phase B copies, and where it goes. */
export const mirrors: readonly Destination[] = [
  {
    ...probesMirror,
    to: legacyProbes.name,
    first: (context) => probesMirror.firstSecond!(context, new Date()),
    key: second('ts'),
    fact: ofProbe,
    kept: (day) =>
      [legacyProbes.name, seenTwice]
        .map((table) => `${select(second('ts'), ofProbe, table)} WHERE env = {env:String} AND ${ofDay('ts', day)}`)
        .join(' UNION ALL '),
  },
  {
    ...scoresMirror,
    to: legacyScores.name,
    first: (context) => scoresMirror.firstSecond!(context, new Date()),
    key: second('computed_at'),
    fact: ofScore(convertedFactors('factors')),
    kept: (day) =>
      `${select(second('computed_at'), ofScore('factors_json'), legacyScores.name)} WHERE env = {env:String} AND ${ofDay('computed_at', day)}`,
  },
  {
    ...chatMirror,
    to: chatFormat.table,
    first: firstChat,
    key: 'message_id',
    fact: ofChat,
    kept: messages(chatFormat.table, ofChat, 'created_at'),
  },
  {
    ...deliveriesMirror,
    to: inboxFormat.table,
    first: firstDelivery,
    key: 'message_id',
    fact: ofDelivery,
    kept: messages(inboxFormat.table, ofDelivery, 'received_at'),
  },
]
