import { pick, unit } from '../../../src/demo/random.ts'
import { claimFaults } from './claim-faults.ts'
import { deliveryFaults } from './delivery-faults.ts'
import { makeFaults } from './fault.ts'
import { joinRows, type LegacyRows } from './legacy-rows.ts'
import { nameFaults } from './name-faults.ts'
import { sessionFaults } from './session-faults.ts'
import { telemetryFaults } from './telemetry-faults.ts'

const faults = { ...claimFaults, ...nameFaults, ...sessionFaults, ...telemetryFaults, ...deliveryFaults }

export type FaultName = keyof typeof faults

export type AwkwardOptions = {
  /** The instant before which everything lies. */
  at: Date
  /** Decides how the plain rows between the faults vary. */
  seed?: number
  /** Channels with nothing wrong about them. */
  plain?: number
}

export type Awkward = {
  /** All rows, those of the faults and the plain ones. */
  readonly rows: LegacyRows
  /** The rows of one fault. */
  of(name: FaultName): LegacyRows
  readonly names: readonly FaultName[]
}

const firstPlainUser = 60_000_000
const firstFaultUser = 70_000_000

const plainChannel = (seed: number, n: number, at: Date): LegacyRows => {
  const user = String(firstPlainUser + n)
  const ago = (hours: number) => new Date(at.getTime() - hours * 3_600_000).toISOString()
  const seconds = (hours: number) => Math.floor((at.getTime() - hours * 3_600_000) / 1000)
  const began = 30 + Math.floor(unit(seed, n, 1) * 200)
  const viewers = 10 + Math.floor(unit(seed, n, 2) * 900)
  const probes = [1, 2, 3].map((hour) => ({ at: began - hour, viewers: viewers + hour }))
  const name = `plain_${n}`
  return {
    'public.streamers': [
      { id: firstPlainUser + n, name: `Plain ${n}`, email: `p${n}@example.org`, created_at: ago(9_000) },
    ],
    'public.streamer_channels': [
      {
        streamer_id: firstPlainUser + n,
        kick_user_id: user,
        channel_name: name,
        kick_display_name: `Plain ${n}`,
        kick_follower_count: viewers * 10,
        kick_is_live: false,
        verified: pick([true, false], seed, n, 3),
        created_at: ago(8_000),
        kick_synced_at: ago(1),
      },
    ],
    'public.deals': [{ streamer_id: firstPlainUser + n, amount_cents: viewers }],
    'public.streamer_videos': [{ streamer_id: firstPlainUser + n, url: `https://videos.example.org/${n}` }],
    'public.kick_stream_sessions': [
      {
        kick_user_id: user,
        channel_name: name,
        stream_started_at: ago(began),
        stream_ended_at: ago(began - 4),
        title: `Title ${n}`,
        category: pick(['Chess', 'Music', null], seed, n, 4),
        peak_viewers: viewers + 3,
        avg_viewers: viewers + 2,
        last_probe_at: ago(began - 3),
      },
    ],
    'public.kick_streamer_probe_schedule': [{ kick_user_id: user, next_probe_at: ago(0), last_probed_at: ago(0.02) }],
    'public.kick_streamer_probe': probes.map((probe) => ({
      platform_user_id: user,
      recorded_at: ago(probe.at),
      stream_started_at: ago(began),
      viewer_count: probe.viewers,
      follower_count: viewers * 10,
    })),
    // ClickHouse has most of them too, and hours that Postgres no longer has.
    'vf.kick_streamer_probe': [...probes.slice(1), { at: 7_000, viewers }].map((probe) => ({
      platform_user_id: user,
      ts: seconds(probe.at),
      stream_started_at: seconds(probe.at > 6_000 ? 7_001 : began),
      viewer_count: probe.viewers,
      follower_count: viewers * 10,
      slug: name,
    })),
    'public.kick_chat_messages': [1, 2].map((k) => ({
      message_id: `plain-${n}-${k}`,
      kick_user_id: user,
      channel_slug: name,
      created_at: ago(began - k),
      content: `message ${k} of ${n}`,
      exported: k === 1,
    })),
    'public.kick_event_subscriptions': [
      { kick_user_id: user, event_type: 'chat.message.sent', subscription_id: `plain-${n}`, created_at: ago(5_000) },
    ],
  }
}

/** A few hundred rows in which every fault occurs once, each with users and streamers of its own. */
export const makeAwkward = ({ at, seed = 1, plain = 20 }: AwkwardOptions): Awkward => {
  const made = makeFaults(faults, at, firstFaultUser)
  const plainRows = Array.from({ length: plain }, (_, n) => plainChannel(seed, n, at))
  return {
    rows: joinRows([{ 'public.campaigns': [{ id: 1, title: 'Spring' }] }, ...plainRows, ...Object.values(made)]),
    of: (name) => made[name],
    names: Object.keys(made) as FaultName[],
  }
}
