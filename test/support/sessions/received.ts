import type { StatusObservation } from '../../../src/sessions/status-observation.ts'

/** What an observation has besides its facts: it was received at this instant, and nothing is known of how it came. */
export const received = (at: Date): Pick<StatusObservation, 'receivedAt' | 'evidence'> => ({
  receivedAt: at,
  evidence: { kind: 'silence', since: null },
})
