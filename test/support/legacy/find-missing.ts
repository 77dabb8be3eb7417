import type pg from 'pg'
import type { WrittenFacts } from './written-facts.ts'

type Kind = keyof WrittenFacts

/** How a fact is looked up: `f` is the fact, and `f.gone` says that it was deleted. */
type Check = {
  columns: string
  /** What is known of a fact that was deleted, from its key. */
  ofKey?: (key: string) => object
  /** Where it is in the tables of before. */
  legacy: string
  /** Where it is in the tables of an empty install; absent where it is in ClickHouse then. */
  adopted?: string
}

const channel = `JOIN dm.streamer_channel c ON c.platform = 'kick' AND c.platform_user_id = f."user"`

const checks: Record<Kind, Check> = {
  claims: {
    columns: 'streamer integer, "user" text, name text, verified boolean',
    ofKey: (key) => ({ streamer: Number(key.split(' ')[0]), user: key.split(' ')[1] }),
    legacy: `FROM public.streamer_channels t WHERE t.streamer_id = f.streamer AND t.kick_user_id = f."user"
      AND (f.gone OR (t.channel_name = f.name AND t.verified = f.verified))`,
    adopted: `FROM public.streamer_channel_link t ${channel} AND c.id = t.channel_id WHERE t.streamer_id = f.streamer
      AND (f.gone OR (t.verified = f.verified AND c.current_slug = lower(f.name)))`,
  },
  sessions: {
    columns: '"user" text, "startedAt" timestamptz, "endedAt" timestamptz, title text',
    legacy: `FROM public.kick_stream_sessions t WHERE t.kick_user_id = f."user" AND t.stream_started_at = f."startedAt"
      AND t.stream_ended_at IS NOT DISTINCT FROM f."endedAt" AND t.title = f.title`,
    // One that nobody ended may have been: a channel has one open session at most.
    adopted: `FROM dm.stream_session t ${channel} AND c.id = t.channel_id WHERE t.started_at = f."startedAt"
      AND (t.ended_at = f."endedAt" OR f."endedAt" IS NULL) AND t.title = f.title`,
  },
  schedule: {
    columns: '"user" text, "lastProbedAt" timestamptz',
    ofKey: (user) => ({ user }),
    legacy: `FROM public.kick_streamer_probe_schedule t WHERE t.kick_user_id = f."user" AND (f.gone OR t.last_probed_at = f."lastProbedAt")`,
    // The times of the other system are its own; who is polled is the same.
    adopted: `FROM dm.probe_schedule t ${channel} AND c.id = t.channel_id WHERE t.active`,
  },
  probes: {
    columns: '"user" text, at timestamptz, viewers integer, "startedAt" timestamptz',
    legacy: `FROM public.kick_streamer_probe t WHERE t.platform_user_id = f."user" AND t.recorded_at = f.at AND t.viewer_count = f.viewers
      AND t.stream_started_at = f."startedAt"`,
  },
  chat: {
    columns: '"messageId" text, content text, exported boolean, at timestamptz',
    ofKey: (messageId) => ({ messageId }),
    legacy: `FROM public.kick_chat_messages t WHERE t.message_id = f."messageId" AND (f.gone OR (t.content = f.content AND t.exported = f.exported AND t.created_at = f.at))`,
  },
  subscriptions: {
    columns: '"user" text, type text, id text',
    ofKey: (id) => ({ id }),
    legacy:
      'FROM public.kick_event_subscriptions t WHERE t.subscription_id = f.id AND (f.gone OR (t.kick_user_id = f."user" AND t.event_type = f.type))',
  },
  scores: {
    columns: '"user" text, score numeric, at timestamptz',
    legacy: `FROM public.streamer_trust_scores t WHERE t.platform = 'kick' AND t.platform_user_id = f."user" AND t.score::numeric = f.score AND t.computed_at = f.at`,
    adopted: `FROM public.streamer_trust_scores t ${channel} AND c.id = t.channel_id WHERE t.score = f.score::float8 AND t.computed_at = f.at`,
  },
  scoreHistory: {
    columns: '"user" text, score numeric, at timestamptz',
    legacy:
      'FROM public.streamer_trust_score_history t WHERE t.platform_user_id = f."user" AND t.score = f.score AND t.computed_at = f.at',
  },
  scrapes: {
    columns: '"user" text, url text',
    legacy: 'FROM scrape.kick_raw t WHERE t.kick_user_id = f."user" AND t.url = f.url',
    adopted: `FROM dm.scrape_log t ${channel} AND c.id = t.channel_id WHERE t.endpoint = f.url`,
  },
  deliveries: {
    columns: '"messageId" text, processed boolean',
    legacy: 'FROM webhooks.incoming t WHERE t.message_id = f."messageId" AND t.processed = f.processed',
    // Only what was processed need not be once more.
    adopted: `FROM (SELECT) t WHERE NOT f.processed OR EXISTS (
      SELECT FROM dm.webhook_message_ids i WHERE i.source = 'kick' AND i.message_id = f."messageId")`,
  },
  archives: {
    columns: 'rows bigint',
    legacy: 'FROM public.kick_chat_s3_archive_log t WHERE t.error = f.key AND t.rows_exported = f.rows',
    adopted: 'FROM dm.chat_archive_log t WHERE t.error = f.key AND t.rows_exported = f.rows',
  },
}

/** The facts that are not as they were written, as `kind key`: in the tables of before, or in those of an empty install. */
export const findMissing = async (
  db: pg.ClientBase,
  facts: WrittenFacts,
  where: 'legacy' | 'adopted',
): Promise<string[]> => {
  const missing: string[] = []
  for (const kind of Object.keys(checks) as Kind[]) {
    const { columns, ofKey, legacy, adopted } = checks[kind]
    const lookup = where === 'legacy' ? legacy : adopted
    if (lookup === undefined) continue
    const rows = [...(facts[kind] as Map<string, object | null>)].map(([key, fact]) => ({
      ...(fact ?? ofKey!(key)),
      key,
      gone: fact === null,
    }))
    const found = await db.query<{ key: string }>(
      `SELECT f.key FROM json_to_recordset($1) AS f(key text, gone boolean, ${columns}) WHERE f.gone = EXISTS (SELECT ${lookup})`,
      [JSON.stringify(rows)],
    )
    missing.push(...found.rows.map(({ key }) => `${kind} ${key}`))
  }
  return missing
}
