import { secondFrom } from './chat-counts.ts'

/** SQL: the hour of a message, written as the sums know it that the table keeps by hour. */
export const hourOfChat = 'toStartOfHour(created_at)' as const

const at = <const Name extends string>(name: Name) => `toDateTime({${name}:UInt32}, 'UTC')` as const

const ofChannels = `env = {env:String} AND ({any_channel:Bool} OR channel_id IN {channels:Array(UInt32)})` as const

/** SQL: messages of whole hours. A statement that groups by channel, hour and person alone reads their sums. */
export const inHours =
  `FROM kick_chat_message WHERE ${ofChannels} AND ${hourOfChat} >= ${at('hours_from')} AND ${hourOfChat} < ${at('hours_until')}` as const

/** SQL: the messages of the range before and after its whole hours. */
export const aroundHours =
  `FROM kick_chat_message WHERE ${ofChannels} AND (created_at >= ${at('from')} AND created_at < ${at('hours_from')}
      OR created_at >= ${at('hours_until')} AND created_at < ${at('until')})` as const

const hourSeconds = 3_600

/** A range with the whole hours in it, in seconds since the epoch. Messages are dated in seconds. */
export type ChatHours = { from: number; hoursFrom: number; hoursUntil: number; until: number }

/** Plans a range in milliseconds; without `byHour` all of it is read from messages. */
export const chatHours = ({ from, to }: { from: number; to: number }, byHour = true): ChatHours => {
  const [first, until] = [secondFrom(from), secondFrom(to)]
  const hoursFrom = byHour ? Math.min(until, Math.ceil(first / hourSeconds) * hourSeconds) : until
  return {
    from: first,
    hoursFrom,
    hoursUntil: Math.max(hoursFrom, Math.floor(until / hourSeconds) * hourSeconds),
    until,
  }
}

/** A plan as parameters; `channels` are those that count, null for all. */
export const chatHoursParameters = (env: string, channels: readonly bigint[] | null, hours: ChatHours) => ({
  env,
  any_channel: channels === null,
  channels: channels?.map(Number) ?? [],
  from: hours.from,
  hours_from: hours.hoursFrom,
  hours_until: hours.hoursUntil,
  until: hours.until,
})
