import { rowFormat } from '../ingest/row-format.ts'
import type { ChatLine } from '../platforms/webhook-source.ts'

/** A chat message of a channel that is tracked, with the channel's handle at the time. */
export type ChannelChat = { channelId: bigint; slug: string; line: ChatLine }

/** Rows of chat; when a row arrived is left to the table. */
export const chatFormat = rowFormat('kick_chat_message', {
  env: 'String',
  channel_id: 'UInt64',
  channel_slug: 'String',
  message_id: 'String',
  platform_user_id: 'String',
  username: 'String',
  content: 'String',
  emotes_json: 'String',
  badges_json: 'String',
  created_at: 'DateTime',
})

/** The message as a line for `chatFormat`. */
export const renderChatRow = (env: string, { channelId, slug, line }: ChannelChat): string =>
  chatFormat.render({
    env,
    channel_id: channelId,
    channel_slug: slug,
    message_id: line.messageId,
    platform_user_id: line.platformUserId,
    username: line.username,
    content: line.content,
    emotes_json: line.emotes,
    badges_json: line.badges,
    created_at: line.createdAt,
  })
