import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as admin from '../../admin/generated/graphql.ts'
import * as liveStatus from '../../clients/live-status/generated/graphql.ts'
import { readTrustedOperations } from '../../src/guard/trusted-operations.ts'
import { encodeViewerNotices, viewerNoticeChannel } from '../../src/live/viewer-notice.ts'
import type { TypedOperation } from '../generated/graphql.ts'
import * as tests from '../generated/graphql.ts'
import { adminKey, operatorKey } from '../support/http/api.ts'
import { request, requestById } from '../support/http/typed-request.ts'
import { startWholeApi, type WholeApi } from '../support/http/whole-api.ts'
import { goLive } from '../support/live/live-changes.ts'
import { connectLive } from '../support/live/live-client.ts'
import { insertProbes } from '../support/stores/clickhouse.ts'
import { seed } from '../support/stores/seed.ts'
import { chatLine, insertSaid } from '../support/telemetry/chat-rows.ts'
import { insertFollows, insertSubscription } from '../support/telemetry/follow-rows.ts'

const manifest = readTrustedOperations(path.resolve(import.meta.dirname, '../../trusted-operations.json'), 'only')
let whole: WholeApi
let url: string
let channelId: bigint
let id: string
let slug: string
let messageId: string

const now = Date.now()
const range = { from: new Date(now - 86_400_000).toISOString(), to: new Date(now).toISOString() }

beforeAll(async () => {
  whole = await startWholeApi({ trustedOperations: 'only', manifest, introspection: 'off' })
  url = whole.api.url
  const { db, api } = whole
  const { store } = api.services.history
  const [first] = await seed(db).fullChannels(3)
  channelId = first!
  const [row] = (
    await db.pool.query(
      'SELECT current_slug AS slug, platform_user_id AS user FROM dm.streamer_channel WHERE id = $1',
      [channelId],
    )
  ).rows as { slug: string; user: string }[]
  ;[id, slug] = [String(channelId), row!.slug]
  await goLive(db, [channelId])
  const seconds = Math.floor(now / 1000)
  const looks = Array.from({ length: 60 }, (_, n) => ({
    channel: row!.user,
    at: seconds - n * 60,
    startedAt: seconds - 7_200,
  }))
  await insertProbes(
    store,
    looks.map((look, n) => ({ ...look, viewers: n, followers: 1_000 + n })),
  )
  await insertSaid(store, [{ channel: channelId, at: seconds - 60, text: 'a word' }])
  await insertFollows(db, channelId, [now - 60_000])
  await insertSubscription(db, channelId, { event: 'chat.message.sent', since: new Date(now - 3_600_000) })
  await db.pool.query(
    `INSERT INTO public.streamer_trust_scores (channel_id, score, algorithm, factors, computed_at) VALUES ($1, 50, 'a', $2, now())`,
    [channelId, JSON.stringify([{ name: 'n', value: null, weight: 0, contribution: 0, explanation: 'Nothing.' }])],
  )
  await db.pool.query(
    `INSERT INTO dm.chat_archive_log (env, window_from, window_to, rows_exported, files_written, success)
     VALUES ('test', now() - interval '3 hours', now() - interval '2 hours', 0, 0, true)`,
  )
  messageId = await whole.deliver()
})
afterAll(() => whole[Symbol.asyncDispose]())

const answered = new Map<string, string>()

/** Asks by text and, where asking twice changes nothing, by id. */
const asks = async <Result, Variables>(
  operation: TypedOperation<Result, Variables>,
  variables: Variables,
): Promise<Result> => {
  answered.set(operation.id, operation.text)
  if (operation.type === 'query') await requestById(url, operation, variables, adminKey)
  return request(url, operation, variables, adminKey)
}

/** The first message of a subscription; `provoke` is repeated until there is one. */
const hears = async <Result, Variables extends object>(
  operation: TypedOperation<Result, Variables>,
  variables: Variables,
  provoke: () => unknown = () => undefined,
): Promise<Result> => {
  answered.set(operation.id, operation.text)
  await using client = await connectLive(`${url.replace('http', 'ws')}/graphql`, {
    authorization: `Bearer ${adminKey}`,
  })
  client.subscribe('1', operation.text, variables)
  await expect
    .poll(
      async () => {
        await provoke()
        return client.inbox.all.length
      },
      { timeout: 15_000 },
    )
    .toBeGreaterThan(1)
  const { data, errors } = await client.data()
  expect(errors).toBeUndefined()
  return data as Result
}

test('the channel pages', async () => {
  const { me, live, latest } = await asks(admin.Dashboard, {})
  expect(me.role).toBe('ADMIN')
  expect(live.nodes.find((node) => node.channelId === id)?.currentSession?.isLive).toBe(true)
  expect(latest.nodes.length).toBeGreaterThan(0)
  const { channels } = await asks(admin.ChannelList, { filter: { claimed: false }, first: 5 })
  expect(channels.nodes.length).toBeGreaterThan(0)
  expect((await asks(admin.FindChannel, { slug })).channel?.channelId).toBe(id)
  const head = (await asks(admin.ChannelHead, { id })).channel
  expect(head).toMatchObject({ slugHistory: { length: 2 }, eventSubscriptions: [{ event: 'chat.message.sent' }] })
  expect((await asks(admin.ChannelSessions, { id, first: 2 })).channel?.sessions.nodes).toHaveLength(2)
  expect((await asks(admin.ChannelEvents, { id })).channel?.statusEvents.nodes.length).toBeGreaterThan(2)
  const viewers = (await asks(admin.ChannelViewers, { id, range, bucket: 'HOUR' })).channel?.viewers
  expect(viewers).toMatchObject({ summary: { peak: 59 }, meta: { bucket: 'HOUR' } })
  const audience = (await asks(admin.ChannelAudience, { id, range, bucket: 'HOUR' })).channel
  expect(audience?.follows.total).toBe(1)
  expect((await asks(admin.ChannelChat, { id })).channel?.chatTotals.messages).toBe(1)
  const said = (await asks(admin.ChannelMessages, { id, range, search: 'WORD' })).channel?.chatMessages.nodes
  expect(said).toMatchObject([{ content: 'a word' }])
  expect((await asks(admin.ChannelTrust, { id })).channel?.trustScore).toMatchObject({
    score: 50,
    factors: [{ name: 'n' }],
  })
  const session = (await asks(admin.ChannelSessions, { id, first: 1 })).channel!.sessions.nodes[0]!
  const page = (await asks(admin.SessionPage, { id: session.id, bucket: 'DAY' })).streamSession
  expect(page?.channel.channelId).toBe(id)
  await asks(admin.FindSession, { url: `https://kick.com/${slug}`, at: range.to })
})

test('streamers and their claims', async () => {
  const { createStreamer } = await asks(admin.CreateStreamer, { name: 'Somebody' })
  if (createStreamer.__typename !== 'CreateStreamerSuccess') throw new Error(createStreamer.message)
  const streamer = createStreamer.streamer.id
  const claim = { streamer, channel: id }
  expect((await asks(admin.ClaimChannel, claim)).claimChannel.__typename).toBe('ClaimChannelSuccess')
  expect((await asks(admin.VerifyClaim, claim)).verifyClaim.__typename).toBe('VerifyClaimSuccess')
  expect((await asks(admin.StreamerPage, { id: streamer })).streamer?.claims).toMatchObject([{ verified: true }])
  expect((await asks(admin.StreamerList, { search: 'some' })).streamers.nodes).toMatchObject([{ id: streamer }])
  expect((await asks(admin.ReleaseClaim, claim)).releaseClaim.__typename).toBe('ReleaseClaimSuccess')
  const { createLinkTicket } = await asks(admin.CreateLinkTicket, { streamer })
  expect(createLinkTicket).toMatchObject({ url: expect.stringMatching(/ticket=cs_link_/) })
  expect((await asks(admin.DeleteStreamer, { id: streamer })).deleteStreamer.__typename).toBe('DeleteStreamerSuccess')
})

test('monitoring, webhooks and archives', async () => {
  expect((await asks(admin.MonitoringList, { active: true })).channels.nodes.length).toBeGreaterThan(0)
  expect((await asks(admin.StatusJournal, { type: 'STREAM_START', first: 1 })).statusEvents.nodes).toHaveLength(1)
  const { trackChannel } = await asks(admin.TrackChannel, { slug: 'somebody-new' })
  expect(trackChannel).toMatchObject({ __typename: 'TrackChannelSuccess', created: true })
  const { setMonitoring } = await asks(admin.SetMonitoring, { channel: id, active: true })
  expect(setMonitoring).toMatchObject({ channel: { monitoring: { active: true } } })
  const { webhookInbox } = await asks(admin.WebhookInbox, { verified: true })
  expect(webhookInbox.nodes.map((delivery) => delivery.messageId)).toContain(messageId)
  const { replayWebhook } = await asks(admin.ReplayWebhook, { messageId })
  expect(replayWebhook.__typename).toBe('ReplayWebhookSuccess')
  expect((await asks(admin.ChatArchiveList, {})).chatArchives.nodes).toHaveLength(1)
})

test('configuration, keys and the audit log', async () => {
  const entry = { key: 'panel.greeting', value: 'hello', category: 'SYSTEM', expectedVersion: 0 } as const
  expect((await asks(admin.SetConfiguration, entry)).setConfiguration.__typename).toBe('SetConfigurationSuccess')
  expect((await asks(admin.SetConfiguration, entry)).setConfiguration.__typename).toBe('VersionConflict')
  expect((await asks(admin.ConfigurationList, {})).configuration).toMatchObject([{ key: entry.key, version: 1 }])
  const { deleteConfiguration } = await asks(admin.DeleteConfiguration, { key: entry.key })
  expect(deleteConfiguration.__typename).toBe('DeleteConfigurationSuccess')
  const { createApiKey } = await asks(admin.CreateApiKey, { name: 'a client', role: 'PUBLIC' })
  if (createApiKey.__typename !== 'CreateApiKeySuccess') throw new Error(createApiKey.message)
  expect((await asks(admin.ApiKeyList, {})).apiKeys).toContainEqual(createApiKey.key)
  const { revokeApiKey } = await asks(admin.RevokeApiKey, { id: createApiKey.key.id })
  expect(revokeApiKey.__typename).toBe('RevokeApiKeySuccess')
  expect((await asks(admin.AuditLog, {})).auditLog.nodes.length).toBeGreaterThan(2)
})

test('what is live, in the panel and in the example of a client', async () => {
  expect((await hears(admin.LiveStatus, { ids: [id] })).channelStatus.__typename).toBe('StatusSnapshot')
  const { viewerCount } = await hears(admin.LiveViewers, { ids: [id] }, async () => {
    for (const notice of encodeViewerNotices({ observedAt: new Date(), samples: [[channelId, 5]] }))
      await whole.db.pool.query('SELECT pg_notify($1, $2)', [viewerNoticeChannel, notice])
  })
  expect(viewerCount.viewers).toBe(5)
  const line = chatLine({ at: now / 1000, text: 'now' })
  const { chat } = await hears(admin.LiveChat, { id }, () =>
    whole.api.services.live.publishChat([{ channelId, slug, line }]),
  )
  expect(chat.content).toBe('now')
  expect((await asks(liveStatus.LiveChannels, {})).channels.nodes.map((node) => node.slug)).toContain(slug)
  expect((await hears(liveStatus.ChannelsLive, { slugs: [slug] })).channelStatus).toMatchObject({ status: 'ONLINE' })
})

test('so every document of the manifest was answered without errors', () => {
  expect(answered).toEqual(manifest)
})

test('no other document is executed, and a caller with too small a role is refused those of the panel', async () => {
  await expect(request(url, tests.WhoAmI, {}, adminKey)).rejects.toThrow('OPERATION_NOT_ALLOWED')
  const spaced = { ...admin.Dashboard, text: `${admin.Dashboard.text} ` }
  await expect(request(url, spaced, {}, adminKey)).rejects.toThrow('OPERATION_NOT_ALLOWED')
  await expect(request(url, admin.ApiKeyList, {}, operatorKey)).rejects.toThrow('FORBIDDEN')
})
