import type { Make, WriterState } from './writer-state.ts'

/** What the old system writes of what happens: probes, broadcasts, chat and deliveries. */
export const streamStatements = ({ facts, n, key, user, instant, started, present }: WriterState) =>
  ({
    'insert probe': () => {
      const probe = { user: user(), at: instant(), viewers: n() % 5_000, startedAt: started('0') }
      return {
        text: `INSERT INTO public.kick_streamer_probe (platform, platform_user_id, stream_started_at, viewer_count, follower_count, recorded_at)
        VALUES ('kick', $1, $2, $3, 10, $4)`,
        values: [probe.user, probe.startedAt, probe.viewers, probe.at],
        note: () => facts.probes.set(`${probe.user} ${probe.at}`, probe),
      }
    },
    'upsert schedule': () => {
      const row = { user: user(), lastProbedAt: instant() }
      return {
        text: `INSERT INTO public.kick_streamer_probe_schedule (kick_user_id, next_probe_at, last_probed_at) VALUES ($1, now() + interval '1 minute', $2)
        ON CONFLICT (kick_user_id) DO UPDATE SET next_probe_at = EXCLUDED.next_probe_at, last_probed_at = EXCLUDED.last_probed_at`,
        values: [row.user, row.lastProbedAt],
        note: () => facts.schedule.set(row.user, row),
      }
    },
    'delete schedule': () => {
      const [of] = present(facts.schedule) ?? []
      return of === undefined
        ? undefined
        : {
            text: 'DELETE FROM public.kick_streamer_probe_schedule WHERE kick_user_id = $1',
            values: [of],
            note: () => facts.schedule.set(of, null),
          }
    },
    'insert chat': () => {
      const message = {
        user: user(),
        messageId: key('chat'),
        content: `written as ${key('text')}`,
        at: instant(),
        exported: false,
      }
      return {
        text: `INSERT INTO public.kick_chat_messages (message_id, kick_user_id, channel_slug, sender_user_id, sender_username, content, emotes, created_at)
        VALUES ($1, $2, 'written', '77', 'somebody', $3, '[]', $4) ON CONFLICT (message_id) DO NOTHING`,
        values: [message.messageId, message.user, message.content, message.at],
        note: () => facts.chat.set(message.messageId, message),
      }
    },
    'mark chat exported': () => {
      const [id, message] = present(facts.chat) ?? []
      return id === undefined
        ? undefined
        : {
            text: 'UPDATE public.kick_chat_messages SET exported = true WHERE message_id = ANY ($1)',
            values: [[id]],
            note: () => facts.chat.set(id, { ...message!, exported: true }),
          }
    },
    'delete chat': () => {
      const [id] = [...facts.chat].find(([, message]) => message?.exported) ?? []
      return id === undefined
        ? undefined
        : {
            text: 'DELETE FROM public.kick_chat_messages WHERE exported AND message_id = $1',
            values: [id],
            note: () => facts.chat.set(id, null),
          }
    },
    'upsert session': () => {
      const of = user()
      const session = { user: of, startedAt: started(of), endedAt: null, title: `title ${n()}` }
      return {
        text: `INSERT INTO public.kick_stream_sessions (kick_user_id, channel_name, stream_started_at, title, peak_viewers, last_probe_at)
        VALUES ($1, 'written_' || $1, $2, $3, $4, $5) ON CONFLICT (kick_user_id, stream_started_at) DO UPDATE SET title = EXCLUDED.title,
        peak_viewers = greatest(kick_stream_sessions.peak_viewers, EXCLUDED.peak_viewers), last_probe_at = EXCLUDED.last_probe_at RETURNING stream_ended_at`,
        values: [of, session.startedAt, session.title, n() % 5_000, instant()],
        note: () => {
          const known = facts.sessions.get(`${of} ${session.startedAt}`)
          facts.sessions.set(`${of} ${session.startedAt}`, { ...session, endedAt: known?.endedAt ?? null })
        },
      }
    },
    'end session': () => {
      const [id, session] = [...facts.sessions].find(([, one]) => one !== null && one.endedAt === null) ?? []
      if (id === undefined) return undefined
      const endedAt = instant()
      return {
        text: 'UPDATE public.kick_stream_sessions SET stream_ended_at = $3, avg_viewers = 12.5 WHERE kick_user_id = $1 AND stream_started_at = $2',
        values: [session!.user, session!.startedAt, endedAt],
        note: () => facts.sessions.set(id, { ...session!, endedAt }),
      }
    },
    'insert delivery': () => {
      const delivery = { user: user(), messageId: key('delivery'), processed: false }
      const payload = {
        broadcaster: { user_id: Number(delivery.user), channel_slug: 'written' },
        follower: { user_id: n(), username: `f${n()}` },
      }
      return {
        text: `INSERT INTO webhooks.incoming (source, event_type, message_id, subscription_id, payload, signature, verified, received_at)
        VALUES ('kick', 'channel.followed', $1, 's', $2, 'c2ln', true, $3) ON CONFLICT (message_id) DO NOTHING`,
        values: [delivery.messageId, JSON.stringify(payload), instant()],
        note: () => facts.deliveries.set(delivery.messageId, delivery),
      }
    },
    'update delivery': () => {
      const [id, delivery] = [...facts.deliveries].find(([, one]) => !one.processed) ?? []
      return id === undefined
        ? undefined
        : {
            text: 'UPDATE webhooks.incoming SET processed = true WHERE message_id = $1',
            values: [id],
            note: () => facts.deliveries.set(id, { ...delivery!, processed: true }),
          }
    },
    'insert scrape': () => {
      const row = { user: user(), url: `https://kick.com/${key('scrape')}` }
      return {
        text: `INSERT INTO scrape.kick_raw (kick_user_id, url, status, body) VALUES ($1, $2, 200, '{}')`,
        values: [row.user, row.url],
        note: () => facts.scrapes.set(row.url, row),
      }
    },
    'insert archive': () => {
      const error = key('archive')
      return {
        text: 'INSERT INTO public.kick_chat_s3_archive_log (rows_exported, files_written, success, error) VALUES ($1, 1, true, $2)',
        values: [n(), error],
        note: () => facts.archives.set(error, { rows: n() }),
      }
    },
  }) satisfies Record<string, Make>
