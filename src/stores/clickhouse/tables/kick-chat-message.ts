import { rowFormat } from './row-format.ts'

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
