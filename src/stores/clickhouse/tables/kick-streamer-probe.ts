import { rowFormat } from './row-format.ts'

/** Rows of probes; what the table derives from them is left to the table. */
export const probeFormat = rowFormat('kick_streamer_probe', {
  env: 'String',
  platform: 'String',
  platform_user_id: 'String',
  ts: 'DateTime64(3)',
  is_live: 'Bool',
  stream_started_at: 'DateTime',
  viewer_count: 'Nullable(UInt32)',
  follower_count: 'Nullable(UInt32)',
  subscriber_count: 'Nullable(UInt32)',
  elapsed_seconds: 'UInt32',
  interval_seconds: 'UInt16',
  title: 'String',
  category: 'String',
  language: 'String',
  is_mature: 'Nullable(Bool)',
})
