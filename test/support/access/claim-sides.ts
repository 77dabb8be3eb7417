import { afterAll, beforeAll, beforeEach, expect } from 'vitest'
import { type Answer, adminKey, startTestApi, type TestApi } from '../http/api.ts'
import { createTestDatabase, type TestDatabase } from '../stores/postgres.ts'
import { seed } from '../stores/seed.ts'
import { sidesOf } from '../stores/split-postgres.ts'
import { statement } from '../stores/statement.ts'
import { truncate } from '../stores/truncate.ts'

const readClaims = statement(
  'test_claims',
  'SELECT streamer_id AS streamer, channel_id AS channel, verified FROM public.streamer_channel_link ORDER BY 1, 2',
)
const readActions = statement('test_actions', 'SELECT action, target, before, after FROM public.audit_log ORDER BY id')

/** An API with two channels; channels and claims are in the same database or in two. */
export type Side = { name: string; dm: TestDatabase; environment: TestDatabase; api: TestApi; channels: bigint[] }

/** The two sides, `one database` and `two databases`, started before the tests of a file; before each test no streamer is left. */
export const claimSides = (): readonly Side[] => {
  const sides: Side[] = []
  beforeAll(async () => {
    const shared = await createTestDatabase()
    const [dm, environment] = [await createTestDatabase(), await createTestDatabase()]
    await environment.db.query(
      statement(
        'test_split',
        'ALTER TABLE public.streamer_channel_link DROP CONSTRAINT IF EXISTS streamer_channel_link_channel_fkey',
      ),
    )
    for (const [name, channelSide, claimSide] of [
      ['one database', shared, shared],
      ['two databases', dm, environment],
    ] as const) {
      const { db } = channelSide
      const channels = [await seed(db).channel({ slug: 'one' }), await seed(db).channel({ slug: 'two' })]
      const api = await startTestApi({
        db,
        services: { databases: { dm: sidesOf(db).dm, public: sidesOf(claimSide.db).public } },
      })
      sides.push({ name, dm: channelSide, environment: claimSide, api, channels })
    }
  })

  afterAll(async () => {
    for (const { api } of sides) await api[Symbol.asyncDispose]()
    for (const database of new Set(sides.flatMap(({ dm, environment }) => [dm, environment])))
      await database[Symbol.asyncDispose]()
  })

  beforeEach(async () => {
    for (const side of sides) await clearClaims(side)
  })
  return sides
}

/** Removes every streamer and claim of a side, and the audit log of its environment. */
export const clearClaims = (side: Side) =>
  truncate(side.environment.db, 'public.streamers, public.audit_log RESTART IDENTITY CASCADE')

/** The mutations of streamers and claims, each with the same arguments and `result`. */
export const claimDocuments = {
  create: `mutation ($name: String!) { result: createStreamer(name: $name) {
    __typename ... on CreateStreamerSuccess { streamer { id name claims { verified } } } ... on InvalidInput { code message argument } } }`,
  delete: `mutation ($id: ID!) { result: deleteStreamer(id: $id) {
    __typename ... on DeleteStreamerSuccess { id } ... on NotFound { code message } } }`,
  claim: `mutation ($streamer: ID!, $channel: ID!) { result: claimChannel(streamer: $streamer, channel: $channel) {
    __typename ... on ClaimChannelSuccess { claim { verified claimedAt streamer { name } channel { slug } } } ... on NotFound { code message } } }`,
  verify: `mutation ($streamer: ID!, $channel: ID!) { result: verifyClaim(streamer: $streamer, channel: $channel) {
    __typename ... on VerifyClaimSuccess { claim { verified claimedAt streamer { name } channel { slug } } } ... on NotFound { code message }
    ... on AlreadyVerified { code message holder { id name } } } }`,
  release: `mutation ($streamer: ID!, $channel: ID!) { result: releaseClaim(streamer: $streamer, channel: $channel) {
    __typename ... on ReleaseClaimSuccess { streamer { name } channel { slug } } ... on NotFound { code message } } }`,
} as const

/** What a test does on a side: the mutations as an admin, and what the database holds of them. */
export const on = (side: Side) => {
  const call = (kind: keyof typeof claimDocuments, variables: object, key = adminKey) =>
    side.api.ask(claimDocuments[kind], variables, key)
  const result = async (kind: keyof typeof claimDocuments, variables: object) => {
    const { data, errors } = await call(kind, variables)
    expect(errors).toBeUndefined()
    return data.result
  }
  const act =
    (kind: keyof typeof claimDocuments) =>
    (streamer: string, channel: bigint | string): Promise<Answer['data']> =>
      result(kind, { streamer, channel: String(channel) })
  return {
    call,
    create: async (name: string) => (await result('create', { name })).streamer.id as string,
    result,
    claim: act('claim'),
    verify: act('verify'),
    release: act('release'),
    claims: () => side.environment.db.query<{ streamer: number; channel: bigint; verified: boolean }>(readClaims),
    actions: () =>
      side.environment.db.query<{ action: string; target: string; before: unknown; after: unknown }>(readActions),
  }
}
