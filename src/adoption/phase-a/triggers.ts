import type { LegacyTable } from '../legacy-tables.ts'

/** Its name is ours too, so its columns tell whether it is from before. */
export const scores = 'public.streamer_trust_scores'

/** A trigger of the overlap. */
export type TriggerOf = {
  name: string
  table: string
  /** The legacy tables without which it has no work. */
  needs: readonly (LegacyTable | typeof scores)[]
  sql: string
}

/** The legacy tables that get `channel_id` beside `kick_user_id`. */
export const columnTables = [
  'public.streamer_channels',
  'public.kick_stream_sessions',
  'public.kick_streamer_probe_schedule',
  'public.kick_chat_messages',
  'public.kick_event_subscriptions',
  'scrape.kick_raw',
] as const satisfies readonly LegacyTable[]

/** What a trigger writes itself does not call triggers again. */
const unlessOurs = `WHEN (current_setting('adoption.syncing', true) IS DISTINCT FROM 'on')`

const rowTrigger = (
  table: string,
  needs: readonly LegacyTable[],
  { name, when, call }: { name: string; when: string; call: string },
): TriggerOf => ({
  name,
  table,
  needs,
  sql: `CREATE TRIGGER ${name} ${when} ON ${table} FOR EACH ROW ${unlessOurs} EXECUTE FUNCTION adoption.${call}`,
})

/** Notes who writes; by the statement, so that it costs little. */
const writeTriggers = (table: LegacyTable, column: string): TriggerOf[] => [
  {
    name: 'adoption_wrote',
    table,
    needs: [table],
    sql: `CREATE TRIGGER adoption_wrote AFTER INSERT OR UPDATE OR DELETE ON ${table} FOR EACH STATEMENT ${unlessOurs} EXECUTE FUNCTION adoption.wrote('${column}')`,
  },
]

/** Each new user of a table that is only added to has a channel. */
const usersTrigger = (table: LegacyTable): TriggerOf => ({
  name: 'adoption_users',
  table,
  needs: [table],
  sql: `CREATE TRIGGER adoption_users AFTER INSERT ON ${table} REFERENCING NEW TABLE AS added FOR EACH STATEMENT ${unlessOurs} EXECUTE FUNCTION adoption.users_added()`,
})

const fill = (table: LegacyTable): TriggerOf =>
  rowTrigger(table, [table], {
    name: 'adoption_fill',
    when: 'BEFORE INSERT OR UPDATE OF kick_user_id, channel_id',
    call: 'fill_kick_user()',
  })

const sync = (table: LegacyTable, call: string, columns?: string): TriggerOf =>
  rowTrigger(table, [table], {
    name: 'adoption_sync',
    when: `AFTER INSERT OR UPDATE ${columns ? `OF ${columns}` : ''} OR DELETE`,
    call: `${call}()`,
  })

const added = (table: LegacyTable, call: string): TriggerOf =>
  rowTrigger(table, [table], { name: 'adoption_sync', when: 'AFTER INSERT', call: `${call}()` })

/** On the tables of before. */
export const legacyTriggers: readonly TriggerOf[] = [
  rowTrigger('public.streamer_channels', ['public.streamer_channels'], {
    name: 'adoption_fill',
    when: 'BEFORE INSERT OR UPDATE OF platform, kick_user_id, channel_id',
    call: 'fill_account()',
  }),
  sync('public.streamer_channels', 'account_changed'),
  fill('public.kick_stream_sessions'),
  sync('public.kick_stream_sessions', 'session_changed'),
  fill('public.kick_streamer_probe_schedule'),
  sync('public.kick_streamer_probe_schedule', 'schedule_changed', 'kick_user_id, channel_id'),
  fill('public.kick_event_subscriptions'),
  sync('public.kick_event_subscriptions', 'subscription_changed'),
  fill('scrape.kick_raw'),
  added('scrape.kick_raw', 'call_added'),
  fill('public.kick_chat_messages'),
  added('public.kick_chat_s3_archive_log', 'export_added'),
  usersTrigger('public.kick_streamer_probe'),
  usersTrigger('public.streamer_trust_score_history'),
  rowTrigger('webhooks.incoming', ['webhooks.incoming'], {
    name: 'adoption_sync',
    when: 'AFTER INSERT OR UPDATE OF message_id, verified, processed, payload',
    call: 'delivery_added()',
  }),
  {
    name: 'adoption_fill',
    table: scores,
    needs: [scores],
    sql: `CREATE TRIGGER adoption_fill BEFORE INSERT OR UPDATE ON public.streamer_trust_scores FOR EACH ROW ${unlessOurs} EXECUTE FUNCTION adoption.fill_score()`,
  },
  {
    name: 'adoption_keep',
    table: scores,
    needs: [scores],
    sql: `CREATE TRIGGER adoption_keep BEFORE DELETE ON public.streamer_trust_scores FOR EACH ROW
      WHEN (OLD.algorithm = 'legacy' AND current_setting('adoption.syncing', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION adoption.keep_score()`,
  },
  ...writeTriggers('public.streamer_channels', 'kick_user_id'),
  ...writeTriggers('public.kick_stream_sessions', 'kick_user_id'),
  ...writeTriggers('public.kick_streamer_probe', 'platform_user_id'),
  ...writeTriggers('public.kick_streamer_probe_schedule', 'kick_user_id'),
  ...writeTriggers('public.kick_chat_messages', 'kick_user_id'),
  ...writeTriggers('public.kick_chat_s3_archive_log', 'id'),
  ...writeTriggers('public.kick_event_subscriptions', 'kick_user_id'),
  ...writeTriggers('public.streamer_trust_score_history', 'platform_user_id'),
  ...writeTriggers('scrape.kick_raw', 'kick_user_id'),
]

const own = (table: string, needs: LegacyTable, { when, call }: { when: string; call: string }): TriggerOf =>
  rowTrigger(table, [needs], { name: 'adoption_sync', when, call: `${call}()` })

/** On our tables: what Channelscope writes is written back. */
export const ownTriggers: readonly TriggerOf[] = [
  own('dm.streamer_channel', 'public.streamer_channels', {
    when: 'AFTER UPDATE OF current_slug, display_name, avatar_url, bio, follower_count, subscriber_count, status',
    call: 'channel_changed',
  }),
  rowTrigger('dm.streamer_channel', [], {
    name: 'adoption_delete',
    when: 'BEFORE DELETE',
    call: 'channel_deleted()',
  }),
  own('public.streamer_channel_link', 'public.streamer_channels', {
    when: 'AFTER INSERT OR UPDATE OR DELETE',
    call: 'link_changed',
  }),
  own('dm.stream_session', 'public.kick_stream_sessions', {
    when: 'AFTER INSERT OR UPDATE OF ended_at, title, category, peak_viewers, average_viewers, last_live_at OR DELETE',
    call: 'own_session_changed',
  }),
  own('dm.probe_schedule', 'public.kick_streamer_probe_schedule', {
    when: 'AFTER INSERT OR UPDATE OF active OR DELETE',
    call: 'own_schedule_changed',
  }),
  own('dm.event_subscription', 'public.kick_event_subscriptions', {
    when: 'AFTER INSERT OR UPDATE OF platform_subscription_id OR DELETE',
    call: 'own_subscription_changed',
  }),
]
