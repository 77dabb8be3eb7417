import { ApiError } from '../lib/errors.ts'

/** The channel of Postgres on which the ids of deleted channels are told. */
export const channelDeletedNotice = 'channelscope_channel_deleted'

/** The error of subscribers who named a channel that is deleted. */
export const channelDeletedError = new ApiError(
  'NOT_FOUND',
  'A channel of this subscription was deleted: subscribe again without it.',
)
