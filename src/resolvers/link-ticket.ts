import { createLinkTicket } from '../claims/link-ticket.ts'
import type { Context } from './context.ts'
import { requireNode } from './global-id.ts'
import { type NotFound, notFound } from './problems.ts'

export type CreateLinkTicketSuccess = { __typename: 'CreateLinkTicketSuccess'; url: string; expiresAt: Date }
export type CreateLinkTicketResult = CreateLinkTicketSuccess | NotFound

/** Makes a link with which its holder can link their account to a streamer, once and within a day. */
export const createLinkTicketResult = async (
  context: Context,
  { streamer }: { streamer: string },
): Promise<CreateLinkTicketResult> => {
  const streamerId = requireNode('streamer', 'Streamer', streamer)
  const ticket = await createLinkTicket(context.databases.public, context, streamerId)
  if (!ticket) return notFound('There is no streamer with this id.')
  return { __typename: 'CreateLinkTicketSuccess', url: context.linkUrl(ticket.secret), expiresAt: ticket.expiresAt }
}
