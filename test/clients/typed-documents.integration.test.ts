import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as admin from '../../admin/generated/operations.ts'
import { nodeIdOf } from '../../admin/src/settings/audit/audit-words.ts'
import * as liveStatus from '../../clients/live-status/generated/graphql.ts'
import { readTrustedOperations } from '../../src/guard/trusted-operations.ts'
import type { TypedOperation } from '../generated/graphql.ts'
import * as tests from '../generated/graphql.ts'
import { insertArchivedHour } from '../support/archive/archived-hour.ts'
import { adminKey, operatorKey } from '../support/http/api.ts'
import { request, requestById } from '../support/http/typed-request.ts'
import { startWholeApi, type WholeApi } from '../support/http/whole-api.ts'
import { goLive } from '../support/live/live-changes.ts'
import { connectLive } from '../support/live/live-client.ts'
import { tellViewers } from '../support/live/viewer-notices.ts'
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
  await insertArchivedHour(db, now - 3 * 3_600_000)
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
  const { channels } = await asks(admin.ChannelList, { filter: { claimed: false }, first: 5 })
  expect(channels.nodes.length).toBeGreaterThan(0)
  expect((await asks(admin.FindChannel, { slug })).channel?.channelId).toBe(id)
  const page = (await asks(admin.ChannelPage, { slug, first: 2 })).channel
  expect(page).toMatchObject({
    slugHistory: { length: 2 },
    trustScore: { score: 50 },
    sessions: { nodes: { length: 2 } },
  })
  const charts = (await asks(admin.ChannelCharts, { slug, range, bucket: 'HOUR' })).channel
  expect(charts?.viewers).toMatchObject({ summary: { peak: 59 }, meta: { bucket: 'HOUR' } })
  expect(charts?.follows.total).toBe(1)
  expect(charts?.chatActivity.points.reduce((sum, { messages }) => sum + messages, 0)).toBe(1)
  expect((await asks(admin.ChannelSessions, { id, first: 2 })).channel?.sessions.nodes).toHaveLength(2)
  const events = (await asks(admin.ChannelEvents, { id })).channel?.statusEvents.nodes
  expect(events?.length).toBeGreaterThan(2)
  expect((await asks(admin.EventEvidence, { id: events![0]!.id })).node).toMatchObject({ id: events![0]!.id })
  expect((await asks(admin.ChannelWatching, { id })).channel).toMatchObject({
    monitoring: { active: true },
    eventSubscriptions: [{ event: 'chat.message.sent' }],
  })
  const holes = (await asks(admin.ChannelHoles, { id, range, asOperator: true })).channel?.viewers.outages
  expect(holes?.map(({ explanation }) => explanation.length)).not.toContain(0)
  const { findChannels } = await asks(admin.FindChannels, { text: slug })
  expect(findChannels.map(({ channel }) => channel.channelId)).toContain(id)
  const said = (await asks(admin.ChannelMessages, { id, range, search: 'WORD' })).channel?.chatMessages.nodes
  expect(said).toMatchObject([{ content: 'a word' }])
  expect((await asks(admin.ChannelTrust, { id })).channel?.trustScore).toMatchObject({
    score: 50,
    factors: [{ name: 'n' }],
  })
  const session = (await asks(admin.ChannelSessions, { id, first: 1 })).channel!.sessions.nodes[0]!
  const broadcast = (await asks(admin.SessionPage, { id: session.id, bucket: 'DAY' })).streamSession
  expect(broadcast?.channel.channelId).toBe(id)
  const ends = (await asks(admin.SessionEnd, { channel: id, range })).channel?.statusEvents.nodes
  expect(ends).toBeInstanceOf(Array)
  const before = { from: new Date(now - 2 * 86_400_000).toISOString(), to: range.from }
  const side = { slugs: [slug], ids: [session.id], range, before }
  for (const byStart of [false, true]) {
    const { bySlug } = await asks(admin.ComparePage, { ...side, byStart, withBefore: !byStart })
    expect(bySlug!.nodes.map((node) => node.channelId)).toEqual([id])
  }
})

test('streamers and their claims', async () => {
  const { createStreamer } = await asks(admin.CreateStreamer, { name: 'Somebody' })
  if (createStreamer.__typename !== 'CreateStreamerSuccess') throw new Error(createStreamer.message)
  const streamer = createStreamer.streamer.id
  const claim = { streamer, channel: id }
  expect((await asks(admin.ClaimChannel, claim)).claimChannel.__typename).toBe('ClaimChannelSuccess')
  expect((await asks(admin.VerifyClaim, claim)).verifyClaim.__typename).toBe('VerifyClaimSuccess')
  expect((await asks(admin.ChannelClaims, { id })).channel?.claims).toMatchObject([{ verified: true }])
  expect((await asks(admin.FindStreamers, { search: 'some' })).streamers.nodes).toMatchObject([{ id: streamer }])
  expect((await asks(admin.StreamerPage, { id: streamer })).streamer?.claims).toMatchObject([{ verified: true }])
  expect((await asks(admin.StreamerList, { search: 'some' })).streamers.nodes).toMatchObject([{ id: streamer }])
  expect((await asks(admin.ReleaseClaim, claim)).releaseClaim.__typename).toBe('ReleaseClaimSuccess')
  const { createLinkTicket } = await asks(admin.CreateLinkTicket, { streamer })
  expect(createLinkTicket).toMatchObject({ url: expect.stringMatching(/ticket=cs_link_/) })
  expect((await asks(admin.DeleteStreamer, { id: streamer })).deleteStreamer.__typename).toBe('DeleteStreamerSuccess')
})

test('monitoring, webhooks and archives', async () => {
  const { trackChannel } = await asks(admin.TrackChannel, { slug: 'somebody-new' })
  expect(trackChannel).toMatchObject({ __typename: 'TrackChannelSuccess', created: true })
  const { setMonitoring } = await asks(admin.SetMonitoring, { channel: id, active: true })
  expect(setMonitoring).toMatchObject({ channel: { monitoring: { active: true } } })
  const { webhookInbox } = await asks(admin.WebhookInbox, { verified: true })
  const delivered = webhookInbox.edges.find(({ node }) => node.messageId === messageId)?.node
  expect(delivered).toMatchObject({ verified: true })
  const { webhookDelivery } = await asks(admin.WebhookDelivery, {
    messageId,
    receivedAt: delivered!.receivedAt,
  })
  expect(webhookDelivery?.messageId).toBe(messageId)
  const followed = (await asks(admin.FindChannel, { platformUserId: '501' })).channel!.id
  const deliveries = (await asks(admin.ChannelDeliveries, { id: followed })).webhookInbox
  expect(deliveries.nodes).toMatchObject([{ messageId }])
  const soon = new Date(now + 3_600_000).toISOString()
  const around = { from: range.from, to: soon }
  const ever = { from: new Date(0).toISOString(), to: soon }
  const effect = await asks(admin.DeliveryEffect, { channel: id, range: ever, at: delivered!.receivedAt })
  expect(effect.channel?.statusEvents.nodes.length).toBeGreaterThan(0)
  expect((await asks(admin.NamedChannel, { id })).channel?.slug).toBe(slug)
  const { webhookStatistics } = await asks(admin.WebhookStatistics, { range: around })
  expect(webhookStatistics.total.received).toBeGreaterThan(0)
  const { lostDeliveries } = await asks(admin.LostDeliveries, { range: around })
  expect(lostDeliveries).toMatchObject({ nodes: [], pageInfo: { hasNextPage: false } })
  expect((await asks(admin.LostLately, {})).webhookStatistics.total).toMatchObject({ untold: 0 })
  const { replayWebhook } = await asks(admin.ReplayWebhook, { messageId })
  expect(replayWebhook.__typename).toBe('ReplayWebhookSuccess')
  const { chatArchives } = await asks(admin.ChatArchiveList, {})
  expect(chatArchives.nodes).toHaveLength(1)
  const { verifyArchive } = await asks(admin.VerifyArchive, { id: chatArchives.nodes[0]!.id })
  expect(verifyArchive.__typename).toBe('VerifyArchiveSuccess')
  expect((await asks(admin.PlatformCalls, { platform: 'KICK' })).scrapeLog.nodes.length).toBeGreaterThan(0)
  expect((await asks(admin.Operations, {})).operations.jobs.length).toBeGreaterThan(0)
  expect((await asks(admin.OperationsState, {})).operations.verdict).not.toBe('')
  const { runJob } = await asks(admin.RunJob, { name: 'trust-scores' })
  expect(runJob.__typename).toBe('RunJobSuccess')
})

test('configuration, keys and the audit log', async () => {
  const entry = { key: 'panel.greeting', value: 'hello', category: 'SYSTEM', expectedVersion: 0 } as const
  expect((await asks(admin.SetConfiguration, entry)).setConfiguration.__typename).toBe('SetConfigurationSuccess')
  expect((await asks(admin.SetConfiguration, entry)).setConfiguration.__typename).toBe('VersionConflict')
  expect((await asks(admin.Settings, {})).settings).toContainEqual(
    expect.objectContaining({ key: entry.key, version: 1, isKnown: false }),
  )
  const { deleteConfiguration } = await asks(admin.DeleteConfiguration, { key: entry.key })
  expect(deleteConfiguration.__typename).toBe('DeleteConfigurationSuccess')
  const { createApiKey } = await asks(admin.CreateApiKey, { name: 'a client', role: 'PUBLIC' })
  if (createApiKey.__typename !== 'CreateApiKeySuccess') throw new Error(createApiKey.message)
  expect((await asks(admin.ApiKeyList, {})).apiKeys).toContainEqual(createApiKey.key)
  const { revokeApiKey } = await asks(admin.RevokeApiKey, { id: createApiKey.key.id })
  expect(revokeApiKey.__typename).toBe('RevokeApiKeySuccess')
  expect((await asks(admin.AuditLog, {})).auditLog.nodes.length).toBeGreaterThan(2)
  const targets = await asks(admin.AuditTargets, { ids: [nodeIdOf(`channel:${id}`)!] })
  expect(targets.nodes).toMatchObject([{ __typename: 'Channel' }])
})

test('alerts', async () => {
  const secrets = { url: 'https://alerts.example/hook' }
  const created = (await asks(admin.CreateAlertTarget, { name: 'hook', kind: 'HTTP', settings: {}, secrets }))
    .createAlertTarget
  if (created.__typename !== 'KeyAlertTargetSuccess') throw new Error(created.message)
  const target = created.target.id
  const rotated = await asks(admin.RotateAlertTargetKey, { id: target, overlapSeconds: 60, scheme: 'V1' })
  expect(rotated.rotateAlertTargetKey.__typename).toBe('KeyAlertTargetSuccess')
  // A name that nobody has: what came of it is told.
  const { testAlertTarget } = await asks(admin.TestAlertTarget, { id: target })
  expect(testAlertTarget).toMatchObject({ __typename: 'TestAlertTargetSuccess', status: null })
  expect((await asks(admin.PauseAlertTarget, { id: target, reason: 'moved' })).pauseAlertTarget.__typename).toBe(
    'SaveAlertTargetSuccess',
  )
  expect((await asks(admin.ResumeAlertTarget, { id: target })).resumeAlertTarget.__typename).toBe(
    'SaveAlertTargetSuccess',
  )
  const told = (await asks(admin.AlertTargets, {})).alertTargets.find((one) => one.id === target)!
  const change = { id: target, name: 'our hook', settings: {}, expectedVersion: told.version }
  expect((await asks(admin.UpdateAlertTarget, change)).updateAlertTarget.__typename).toBe('SaveAlertTargetSuccess')

  const rule = { name: 'ours', kinds: ['WENT_LIVE' as const], channels: [id], targets: [target] }
  const { createAlertRule } = await asks(admin.CreateAlertRule, { rule })
  if (createAlertRule.__typename !== 'SaveAlertRuleSuccess') throw new Error(createAlertRule.message)
  const { id: ruleId, version } = createAlertRule.rule
  const renamed = { id: ruleId, rule: { ...rule, name: 'all of ours' }, expectedVersion: version }
  expect((await asks(admin.UpdateAlertRule, renamed)).updateAlertRule.__typename).toBe('SaveAlertRuleSuccess')
  expect((await asks(admin.AlertRules, {})).alertRules).toMatchObject([{ name: 'all of ours' }])
  expect((await asks(admin.AlertRule, { id: ruleId })).alertRule).toMatchObject({ name: 'all of ours' })
  expect(await asks(admin.AlertNames, {})).toMatchObject({
    alertRules: [{ id: ruleId }],
    alertTargets: [{ id: target }],
  })
  expect((await asks(admin.StreamerNames, { search: 'nobody' })).streamers.nodes).toEqual([])
  const trial = { id: ruleId, range: { from: range.from, to: 'now' }, timezone: 'UTC' }
  expect((await asks(admin.AlertDryRun, trial)).alertDryRun).toMatchObject({ told: 0, newest: [] })
  expect((await asks(admin.AlertDeliveries, {})).alertDeliveries.nodes).toEqual([])
  expect((await asks(admin.AlertDelivery, { id: '1' })).alertDeliveries.nodes).toEqual([])
  const filter = { rule: ruleId }
  expect((await asks(admin.AlertDeliveryCounts, { filter })).alertDeliveryCounts).toMatchObject({ waiting: 0 })
  expect((await asks(admin.ReplayAlertDeliveries, { filter })).replayAlertDeliveries).toMatchObject({ count: 0 })
  expect((await asks(admin.DeleteAlertRule, { id: ruleId })).deleteAlertRule).toMatchObject({ id: ruleId })
  expect((await asks(admin.DeleteAlertTarget, { id: target })).deleteAlertTarget).toMatchObject({ id: target })
})

test('what is erased', async () => {
  const { eraseChatter } = await asks(admin.EraseChatter, { platformUserId: '4711' })
  expect(eraseChatter.__typename).toBe('EraseChatterSuccess')
  expect((await asks(admin.Erasures, {})).erasures).toMatchObject([{ kind: 'CHATTER' }])
  const { deleteChannel } = await asks(admin.DeleteChannel, { channel: id, confirm: 'somebody-else' })
  expect(deleteChannel.__typename).toBe('InvalidInput')
})

test('what is live, in the panel and in the example of a client', async () => {
  expect((await hears(admin.LiveStatus, { ids: [id] })).channelStatus).toMatchObject({ status: 'ONLINE' })
  const chapters = await hears(admin.SessionChapters, { ids: [id] }, () => goLive(whole.db, [channelId]))
  expect(chapters.sessionChapters.__typename).toBe('SessionChapterChange')
  const titles = await hears(admin.LiveTitles, { ids: [id] }, () => goLive(whole.db, [channelId]))
  expect(titles.sessionChapters).toMatchObject({ session: { title: expect.stringMatching(/^show/) } })
  const { viewerCount } = await hears(admin.LiveViewers, { ids: [id] }, () =>
    tellViewers(whole.db, { observedAt: new Date(), samples: [[channelId, 5]] }),
  )
  expect(viewerCount.viewers).toBe(5)
  const line = chatLine({ at: now / 1000, text: 'now' })
  const { chat } = await hears(admin.LiveChat, { id }, () =>
    whole.api.services.live.publishChat([{ channelId, slug, line }]),
  )
  expect(chat.content).toBe('now')
  expect((await asks(liveStatus.LiveChannels, {})).channels.nodes.map((node) => node.slug)).toContain(slug)
  expect((await hears(liveStatus.ChannelsLive, { slugs: [slug] })).channelStatus).toMatchObject({ status: 'ONLINE' })
})

test('the page of who is live', async () => {
  expect((await asks(admin.Me, {})).me.role).toBe('ADMIN')
  const { live, journal } = await asks(admin.LivePage, {})
  expect(live.nodes.map((node) => node.channelId)).toContain(id)
  const after = journal.nodes[0]!.cursor
  expect((await asks(admin.AnyChannel, {})).channels.nodes).toHaveLength(1)
  expect((await asks(admin.SetUpPlatforms, {})).operations.budgets).toHaveLength(1)
  expect((await asks(admin.LastHour, { ids: [live.nodes[0]!.id] })).nodes).toHaveLength(1)
  expect((await asks(admin.LiveTotals, {})).totals.points.length).toBeGreaterThan(90)
  const start = (): Promise<unknown> => goLive(whole.db, [channelId])
  expect((await hears(admin.LiveStatus, { after }, start)).channelStatus).toMatchObject({ channel: { slug } })
  expect((await hears(admin.LiveTitles, {}, start)).sessionChapters.__typename).toBe('SessionChapterChange')
})

test('so every document of the manifest was answered without errors', () => {
  expect(answered).toEqual(manifest)
})

test('no other document is executed, and a caller with too small a role is refused those of the panel', async () => {
  await expect(request(url, tests.WhoAmI, {}, adminKey)).rejects.toThrow('OPERATION_NOT_ALLOWED')
  const spaced = { ...admin.LivePage, text: `${admin.LivePage.text} ` }
  await expect(request(url, spaced, {}, adminKey)).rejects.toThrow('OPERATION_NOT_ALLOWED')
  await expect(request(url, admin.ApiKeyList, {}, operatorKey)).rejects.toThrow('FORBIDDEN')
})
