import { loginPlatform } from '../platforms/platform-definition.ts'
import { builtInPlatforms } from '../platforms/registry.ts'
import { type CreateLinkTicketSuccess, createLinkTicketResult } from '../resolvers/link-ticket.ts'
import { builder } from './builder.ts'
import { NotFoundType, resultOf } from './problem.ts'

const CreateLinkTicketSuccessType = builder.objectRef<CreateLinkTicketSuccess>('CreateLinkTicketSuccess').implement({
  authScopes: { operator: true },
  fields: (t) => ({
    url: t.exposeString('url', {
      description:
        'For the streamer, and for nobody else: whoever opens it links their account. It is shown here and never again.',
    }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime' }),
  }),
})

const CreateLinkTicketResult = resultOf('CreateLinkTicketResult', [CreateLinkTicketSuccessType, NotFoundType])

builder.mutationFields((t) => ({
  createLinkTicket: t.field({
    type: CreateLinkTicketResult,
    description: `Makes a link by which a streamer links the ${loginPlatform(builtInPlatforms).title} account that they log in with, as a verified claim. It is valid for a day and for one account.`,
    skipTypeScopes: true,
    authScopes: { operator: true },
    args: { streamer: t.arg.id({ required: true }) },
    resolve: (_, args, context) => createLinkTicketResult(context, args),
  }),
}))
