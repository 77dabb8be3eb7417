import type { AlertKind } from '../../generated/graphql.ts'

/** What can be told, in a word or two. */
export const kindNames: Record<AlertKind, string> = {
  WENT_LIVE: 'Went live',
  ENDED: 'Ended',
  TITLE_CHANGED: 'Title changed',
  CATEGORY_CHANGED: 'Category changed',
  VIEWERS_PASSED: 'Viewers passed',
  OUTAGE: 'Not observed',
  RENAMED: 'Renamed',
  COLLIDED: 'Name taken over',
  BANNED: 'Banned',
  RETURNED: 'Came back',
  CLAIM_VERIFIED: 'Claim verified',
  CLAIM_LOST: 'Claim lost',
  TRUST_FELL: 'Trust fell',
  JOB_FAILED: 'Job failed',
  DELIVERY_FAILED: 'Alert failed',
}
