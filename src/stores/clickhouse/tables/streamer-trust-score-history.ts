import { rowFormat } from './row-format.ts'

/** A row of the score history; `factors_json` holds the factors as they are stored with the current score. */
export const trustScoreFormat = rowFormat('streamer_trust_score_history', {
  env: 'String',
  platform: 'String',
  platform_user_id: 'String',
  computed_at: 'DateTime64(3)',
  score: 'Float64',
  algorithm: 'String',
  factors_json: 'String',
})
