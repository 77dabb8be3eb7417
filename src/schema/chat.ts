import {
  chatActivityOf,
  chatDailyOf,
  chatMessagesOf,
  chatTotalsOf,
  defaultChatDays,
  defaultChatHours,
} from '../resolvers/chat.ts'
import { deliveriesOfChannels } from '../resolvers/delivered.ts'
import { searchScanCost } from '../resolvers/scan-cost.ts'
import { defaultMaxPoints } from '../resolvers/series.ts'
import type { ChatMessage } from '../telemetry/chat-messages.ts'
import {
  type ChatDay,
  type ChatPoint,
  type ChatSeries,
  type ChatTotals,
  maxChatDays,
  maxChatHours,
} from '../telemetry/chat-series.ts'
import { builder } from './builder.ts'
import { connectionOfType, forwardArguments } from './connection.ts'
import { selects } from './selects.ts'
import { pointsOf, SeriesMetaType, seriesArguments } from './series.ts'
import { delegated } from './sql-field.ts'
import { TimeRangeInput } from './time-range.ts'

const different = 'Different people, counted exactly.'

const ChatPointType = builder.objectRef<ChatPoint>('ChatPoint').implement({
  fields: (t) => ({
    start: t.expose('start', { type: 'DateTime' }),
    end: t.expose('end', { type: 'DateTime' }),
    messages: t.exposeInt('messages'),
    chatters: t.exposeInt('chatters', { description: different }),
  }),
})

const ChatSeriesType = builder.objectRef<ChatSeries>('ChatSeries').implement({
  fields: (t) => ({
    meta: t.expose('meta', { type: SeriesMetaType }),
    points: t.expose('points', { type: [ChatPointType] }),
  }),
})

const ChatDayType = builder.objectRef<ChatDay>('ChatDay').implement({
  fields: (t) => ({
    day: t.exposeString('day', { description: 'YYYY-MM-DD in the time zone asked for.' }),
    messages: t.exposeInt('messages'),
    chatters: t.exposeInt('chatters', { description: different }),
  }),
})

const ChatTotalsType = builder.objectRef<ChatTotals>('ChatTotals').implement({
  fields: (t) => ({
    messages: t.exposeInt('messages'),
    chatters: t.exposeInt('chatters', { description: different }),
    since: t.expose('since', { type: 'DateTime' }),
  }),
})

/** A message of a chat, out of the past or as it comes. */
export const ChatMessageType = builder.objectRef<ChatMessage>('ChatMessage').implement({
  fields: (t) => ({
    messageId: t.exposeString('messageId'),
    username: t.exposeString('username', { nullable: true }),
    platformUserId: t.exposeString('platformUserId', { description: 'Who said it.' }),
    content: t.exposeString('content'),
    slugAtTheTime: t.exposeString('slugAtTheTime', { description: 'What the channel was called then.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'To the second.' }),
  }),
})

const ChatMessageConnection = connectionOfType(ChatMessageType)

const daysOf = ({ days }: Record<string, unknown>): number =>
  typeof days === 'number' ? Math.min(Math.max(days, 0), maxChatDays) : defaultChatDays

builder.prismaObjectFields('Channel', (t) => ({
  chatActivity: t.field({
    type: ChatSeriesType,
    description: 'Messages and chatters by bucket, zero where nothing was said. RAW is refused: messages are counted.',
    args: { ...seriesArguments, maxPoints: t.arg.int({ defaultValue: defaultMaxPoints }) },
    extensions: { listSize: pointsOf, sql: delegated({ told: deliveriesOfChannels }) },
    resolve: ({ id }, args, context, info) =>
      chatActivityOf(context, id, { ...args, chatters: selects(info, 'points.chatters') }),
  }),
  chatDaily: t.field({
    type: [ChatDayType],
    description: 'The last days up to today, oldest first, each of them present.',
    args: {
      days: t.arg.int({ defaultValue: defaultChatDays, description: `From 1 to ${maxChatDays}.` }),
      timezone: t.arg({ type: 'TimeZone', defaultValue: 'UTC' }),
    },
    extensions: { listSize: daysOf, sql: delegated() },
    resolve: ({ id }, args, context, info) =>
      chatDailyOf(context, id, { ...args, chatters: selects(info, 'chatters') }),
  }),
  chatTotals: t.field({
    type: ChatTotalsType,
    description: 'The last hours up to now.',
    args: { hours: t.arg.int({ defaultValue: defaultChatHours, description: `From 1 to ${maxChatHours}.` }) },
    extensions: { sql: delegated() },
    resolve: ({ id }, args, context, info) =>
      chatTotalsOf(context, id, { ...args, chatters: selects(info, 'chatters') }),
  }),
  chatMessages: t.field({
    type: ChatMessageConnection,
    description:
      'Newest first. With search those that hold this text, in any case and with every character taken as it is; at most 200 characters.',
    authScopes: { operator: true },
    args: { range: t.arg({ type: TimeRangeInput, required: true }), search: t.arg.string(), ...forwardArguments },
    extensions: { scanCost: searchScanCost, sql: delegated() },
    resolve: ({ id }, args, context) => chatMessagesOf(context, id, args),
  }),
}))
