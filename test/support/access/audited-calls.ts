import { randomUUID } from 'node:crypto'
import { globalId } from '../../../src/resolvers/global-id.ts'
import type { Answer } from '../http/api.ts'
import { auditedAlertCalls } from './audited-alert-calls.ts'

/** What the calls may use: a channel that is not watched, an account of the platform nobody tracks, a genuine delivery, an archived hour. */
export type AuditedWorld = {
  channelId: bigint
  handle: string
  messageId: string
  archiveId: bigint
  /** Makes a call as an admin and gives the data of its field, which must be called `result`. */
  prepare(query: string, variables?: object): Promise<Answer['data']>
}

/** A successful call of a mutation: what has to be there before it, and what the audit log must have after it. */
export type AuditedCall = {
  side: 'dm' | 'public'
  /** Whom the log must name: the role the mutation needs. */
  role: 'OPERATOR' | 'ADMIN'
  action: string
  /** Calls the field as `result`. */
  query: string
  variables(world: AuditedWorld): object | Promise<object>
  /** Whether the same call again changes nothing, and so leaves no row. */
  idempotent?: true
  /** Whether it is projected from a queue, which tries again what failed. */
  queued?: true
  /** What must be in no row. */
  secrets?(answer: Answer['data'], variables: Answer['data']): string[]
}

const newStreamer = async ({ prepare }: AuditedWorld): Promise<string> => {
  const { streamer } = await prepare(
    'mutation { result: createStreamer(name: "Ada") { ... on CreateStreamerSuccess { streamer { id } } } }',
  )
  return streamer.id
}

const channelOf = ({ channelId }: AuditedWorld): string => globalId('Channel', channelId)

const claimOf = async (world: AuditedWorld) => ({ streamer: await newStreamer(world), channel: channelOf(world) })

const claimArguments = 'mutation ($streamer: ID!, $channel: ID!)'

/** A call of every mutation by its name. A new mutation needs its own. */
export const auditedCalls: Record<string, AuditedCall> = {
  ...auditedAlertCalls,
  trackChannel: {
    side: 'dm',
    role: 'OPERATOR',
    action: 'channel.track',
    query: 'mutation ($slug: String!) { result: trackChannel(slug: $slug) { __typename } }',
    variables: ({ handle }) => ({ slug: handle }),
    idempotent: true,
  },
  setMonitoring: {
    side: 'dm',
    role: 'OPERATOR',
    action: 'channel.monitor',
    query: 'mutation ($channel: ID!) { result: setMonitoring(channel: $channel, active: true) { __typename } }',
    variables: (world) => ({ channel: channelOf(world) }),
    idempotent: true,
  },
  deleteChannel: {
    side: 'dm',
    role: 'ADMIN',
    action: 'channel.delete',
    query: `mutation ($channel: ID!, $confirm: String!) {
      result: deleteChannel(channel: $channel, confirm: $confirm) { __typename } }`,
    async variables(world) {
      const channel = channelOf(world)
      const { platformUserId } = await world.prepare(
        'query ($channel: ID!) { result: node(id: $channel) { ... on Channel { platformUserId } } }',
        { channel },
      )
      return { channel, confirm: platformUserId }
    },
    idempotent: true,
  },
  eraseChatter: {
    side: 'dm',
    role: 'ADMIN',
    action: 'chatter.erase',
    query: `mutation ($platformUserId: String!) {
      result: eraseChatter(platformUserId: $platformUserId) { __typename } }`,
    variables: () => ({ platformUserId: String(1e12 + Math.floor(Math.random() * 1e12)) }),
    idempotent: true,
    secrets: (_, { platformUserId }) => [platformUserId],
  },
  replayWebhook: {
    side: 'dm',
    role: 'ADMIN',
    action: 'webhook.replay',
    query: 'mutation ($messageId: String!) { result: replayWebhook(messageId: $messageId) { __typename } }',
    variables: ({ messageId }) => ({ messageId }),
    queued: true,
  },
  runJob: {
    side: 'dm',
    role: 'ADMIN',
    action: 'job.run',
    query: 'mutation ($name: String!) { result: runJob(name: $name) { __typename } }',
    variables: () => ({ name: 'trust-scores' }),
  },
  verifyArchive: {
    side: 'dm',
    role: 'OPERATOR',
    action: 'archive.verify',
    query: 'mutation ($id: ID!) { result: verifyArchive(id: $id) { __typename } }',
    variables: ({ archiveId }) => ({ id: globalId('ChatArchive', archiveId) }),
  },
  createStreamer: {
    side: 'public',
    role: 'OPERATOR',
    action: 'streamer.create',
    query: 'mutation { result: createStreamer(name: "Grace") { __typename } }',
    variables: () => ({}),
  },
  deleteStreamer: {
    side: 'public',
    role: 'ADMIN',
    action: 'streamer.delete',
    query: 'mutation ($id: ID!) { result: deleteStreamer(id: $id) { __typename } }',
    variables: async (world) => ({ id: await newStreamer(world) }),
    idempotent: true,
  },
  claimChannel: {
    side: 'public',
    role: 'OPERATOR',
    action: 'claim.create',
    query: `${claimArguments} { result: claimChannel(streamer: $streamer, channel: $channel) { __typename } }`,
    variables: claimOf,
    idempotent: true,
  },
  verifyClaim: {
    side: 'public',
    role: 'OPERATOR',
    action: 'claim.verify',
    query: `${claimArguments} { result: verifyClaim(streamer: $streamer, channel: $channel) { __typename } }`,
    variables: claimOf,
    idempotent: true,
  },
  releaseClaim: {
    side: 'public',
    role: 'OPERATOR',
    action: 'claim.release',
    query: `${claimArguments} { result: releaseClaim(streamer: $streamer, channel: $channel) { __typename } }`,
    async variables(world) {
      const claim = await claimOf(world)
      await world.prepare(
        `${claimArguments} { result: claimChannel(streamer: $streamer, channel: $channel) { __typename } }`,
        claim,
      )
      return claim
    },
    idempotent: true,
  },
  createLinkTicket: {
    side: 'public',
    role: 'OPERATOR',
    action: 'link-ticket.create',
    query: `mutation ($streamer: ID!) {
      result: createLinkTicket(streamer: $streamer) { __typename ... on CreateLinkTicketSuccess { url } } }`,
    variables: async (world) => ({ streamer: await newStreamer(world) }),
    secrets: ({ url }) => [new URL(url).searchParams.get('ticket')!],
  },
  createApiKey: {
    side: 'public',
    role: 'ADMIN',
    action: 'api-key.create',
    query: `mutation { result: createApiKey(name: "For the log", role: OPERATOR) {
      __typename ... on CreateApiKeySuccess { secret } } }`,
    variables: () => ({}),
    secrets: ({ secret }) => [secret],
  },
  revokeApiKey: {
    side: 'public',
    role: 'ADMIN',
    action: 'api-key.revoke',
    query: 'mutation ($id: ID!) { result: revokeApiKey(id: $id) { __typename } }',
    async variables({ prepare }) {
      const { key } = await prepare(
        'mutation { result: createApiKey(name: "To revoke", role: PUBLIC) { ... on CreateApiKeySuccess { key { id } } } }',
      )
      return { id: key.id }
    },
    idempotent: true,
  },
  setConfiguration: {
    side: 'public',
    role: 'ADMIN',
    action: 'configuration.set',
    query: `mutation ($value: String!) {
      result: setConfiguration(key: "audited.secret", value: $value, category: AUTH, encrypt: true) { __typename } }`,
    variables: () => ({ value: `hidden-${randomUUID()}` }),
    secrets: (_, { value }) => [value],
  },
  deleteConfiguration: {
    side: 'public',
    role: 'ADMIN',
    action: 'configuration.delete',
    query: 'mutation { result: deleteConfiguration(key: "audited.token") { __typename } }',
    async variables({ prepare }) {
      const value = `hidden-${randomUUID()}`
      await prepare(
        `mutation ($value: String!) {
          result: setConfiguration(key: "audited.token", value: $value, category: AUTH) { __typename } }`,
        { value },
      )
      return { value }
    },
    idempotent: true,
    secrets: (_, { value }) => [value],
  },
}
