import { createLinkTicket as makeTicket } from '../claims/link-ticket.ts'
import type { Context } from './context.ts'
import { requireNode } from './global-id.ts'
import { type NotFound, notFound } from './problems.ts'

export type CreateLinkTicketSuccess = { __typename: 'CreateLinkTicketSuccess'; url: string; expiresAt: Date }
export type CreateLinkTicketResult = CreateLinkTicketSuccess | NotFound

/** Makes a link by which its holder, once and within a day, links the account that they log in with to a streamer. */
export const createLinkTicket = async (
  context: Context,
  { streamer }: { streamer: string },
): Promise<CreateLinkTicketResult> => {
  const streamerId = requireNode('streamer', 'Streamer', streamer)
  const ticket = await makeTicket(context.databases.public, context, streamerId)
  if (!ticket) return notFound('There is no streamer with this id.')
  return { __typename: 'CreateLinkTicketSuccess', url: context.linkUrl(ticket.secret), expiresAt: ticket.expiresAt }
}
