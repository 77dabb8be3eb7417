import { builder } from './builder.ts'
import { channelOfRow } from './channel.ts'
import { value } from './sql-field.ts'

builder.prismaObject('EventSubscription', {
  description: 'One type of event that the platform delivers of a channel.',
  authScopes: { operator: true },
  fields: (t) => ({
    id: t.id({ extensions: { sql: value((row) => `${row}.id`) }, resolve: ({ id }) => id.toString() }),
    channel: t.field(channelOfRow),
    event: t.exposeString('event'),
    platformSubscriptionId: t.exposeString('platformSubscriptionId', {
      nullable: true,
      description: 'Null until the platform has told it.',
    }),
    status: t.exposeString('status', {
      description:
        'pending: asked for; active; failed: refused, tried again later; limited: the platform delivers no more of this type; renewing: ended to be asked for again; revoked: ended by the platform.',
    }),
    error: t.exposeString('error', { nullable: true, description: 'Why the platform refused it last.' }),
    lastEventAt: t.expose('lastEventAt', { type: 'DateTime', nullable: true }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
  }),
})

builder.prismaObjectFields('Channel', (t) => ({
  eventSubscriptions: t.relation('eventSubscriptions', {
    description: 'What the platform delivers, by event.',
    authScopes: { operator: true },
    query: { orderBy: { event: 'asc' }, take: 100 },
  }),
}))
