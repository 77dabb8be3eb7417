import type { WebhookOutcome } from '../../../generated/graphql.ts'

/** What became of a delivery, in a word or two. */
export const outcomeNames: Record<WebhookOutcome, string> = {
  PROJECTED: 'stored',
  LATE: 'stored, late',
  KEPT: 'kept as it came',
  REPEATED: 'came before',
  TEST: 'test',
  QUARANTINED: 'set aside',
  UNTRACKED: 'not tracked',
  UNSUPPORTED: 'not read yet',
  TYPE_MISMATCH: 'unexpected body',
  MALFORMED: 'unreadable',
  FORGED: 'not signed',
}
