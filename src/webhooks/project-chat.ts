import type { ChatLine } from '../platforms/webhook-source.ts'
import { chatFormat } from '../stores/clickhouse/tables/kick-chat-message.ts'

/** A chat message of a tracked channel, with the channel's slug at the time. */
export type ChannelChat = { channelId: bigint; slug: string; line: ChatLine }

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
