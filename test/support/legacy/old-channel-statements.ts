import type { Make, WriterState } from './writer-state.ts'

/** What the old system writes of channels: claims with their profiles, scores and subscriptions. */
export const channelStatements = ({ facts, n, key, user, instant, present }: WriterState) =>
  ({
    'insert claim': () => {
      const of = user()
      // Under the name that its other claims have.
      const name = [...facts.claims.values()].find((one) => one?.user === of)?.name ?? `written_${of}`
      return {
        text: `WITH s AS (INSERT INTO public.streamers (name) VALUES ($1) RETURNING id)
        INSERT INTO public.streamer_channels (streamer_id, kick_user_id, channel_name, kick_synced_at) SELECT id, $2, $3, $4 FROM s RETURNING streamer_id`,
        values: [key('Streamer'), of, name, instant()],
        note: ([row]) =>
          facts.claims.set(`${row!.streamer_id} ${of}`, {
            streamer: Number(row!.streamer_id),
            user: of,
            name,
            verified: false,
          }),
      }
    },
    'update profile': () => {
      const [, claim] = present(facts.claims) ?? []
      if (!claim) return undefined
      // One user in ten changes its name with it.
      const renamed = Number(claim.user) % 10 === 0 ? `written_${claim.user}_${n()}` : claim.name
      return {
        text: `UPDATE public.streamer_channels SET kick_follower_count = $2, channel_name = $3, kick_is_live = $4, kick_synced_at = $5
        WHERE platform = 'kick' AND kick_user_id = $1`,
        values: [claim.user, n(), renamed, n() % 2 === 0, instant()],
        note: () => {
          for (const [id, one] of facts.claims)
            if (one?.user === claim.user) facts.claims.set(id, { ...one, name: renamed })
        },
      }
    },
    'verify claim': () => {
      const free = [...facts.claims].find(
        ([, one]) =>
          one !== null && ![...facts.claims.values()].some((other) => other?.user === one.user && other.verified),
      )
      if (!free) return undefined
      const [id, claim] = free
      return {
        text: 'UPDATE public.streamer_channels SET verified = true WHERE streamer_id = $1 AND kick_user_id = $2',
        values: [claim!.streamer, claim!.user],
        note: () => facts.claims.set(id, { ...claim!, verified: true }),
      }
    },
    'delete claim': () => {
      const [id, claim] = present(facts.claims) ?? []
      return id === undefined
        ? undefined
        : {
            text: 'DELETE FROM public.streamer_channels WHERE streamer_id = $1 AND kick_user_id = $2',
            values: [claim!.streamer, claim!.user],
            note: () => facts.claims.set(id, null),
          }
    },
    'delete streamer': () => {
      const [id, claim] = present(facts.claims) ?? []
      return id === undefined
        ? undefined
        : {
            text: 'SELECT public.delete_streamer_cascade($1)',
            values: [claim!.streamer],
            note: () => {
              facts.claims.set(id, null)
              // What the function takes along, as long as it has its offending branch.
              for (const [of, score] of facts.scoreHistory)
                if (score.user === claim!.user) facts.scoreHistory.delete(of)
            },
          }
    },
    'insert subscription': () => {
      const row = { user: user(), type: 'chat.message.sent', id: key('subscription') }
      return {
        text: 'INSERT INTO public.kick_event_subscriptions (kick_user_id, event_type, subscription_id) VALUES ($1, $2, $3)',
        values: [row.user, row.type, row.id],
        note: () => facts.subscriptions.set(row.id, row),
      }
    },
    'delete subscription': () => {
      const [id] = present(facts.subscriptions) ?? []
      return id === undefined
        ? undefined
        : {
            text: 'DELETE FROM public.kick_event_subscriptions WHERE subscription_id = $1',
            values: [id],
            note: () => facts.subscriptions.set(id, null),
          }
    },
    'upsert score': () => {
      const row = { user: user(), score: n() % 100, at: instant() }
      return {
        text: `INSERT INTO public.streamer_trust_scores (platform, platform_user_id, score, factors, computed_at) VALUES ('kick', $1, $2, '{"age": 0.5}', $3)
        ON CONFLICT (platform, platform_user_id) DO UPDATE SET score = EXCLUDED.score, factors = EXCLUDED.factors, computed_at = EXCLUDED.computed_at`,
        values: [row.user, row.score, row.at],
        note: () => facts.scores.set(row.user, row),
      }
    },
    'insert score history': () => {
      const row = { user: user(), score: n() % 100, at: instant() }
      return {
        text: `INSERT INTO public.streamer_trust_score_history (platform, platform_user_id, score, factors, computed_at) VALUES ('kick', $1, $2, '{}', $3)`,
        values: [row.user, row.score, row.at],
        note: () => facts.scoreHistory.set(`${row.user} ${row.at}`, row),
      }
    },
  }) satisfies Record<string, Make>
