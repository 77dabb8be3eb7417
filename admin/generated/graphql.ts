// Made by `npm run codegen` from the schema and the documents beside it.
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core'

/** An operation with the types of its answer and variables; `text` is what is sent, `id` the SHA-256 it is trusted by. */
export type TypedOperation<Result, Variables> = DocumentTypeDecoration<Result, Variables> & {
  readonly name: string
  readonly type: 'query' | 'mutation' | 'subscription'
  readonly id: string
  readonly text: string
}

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** Which side of the data model an action changed. */
export type AuditSide =
  /** Channels and what happens on them. */
  | 'DM'
  /** Streamers, claims, settings and keys of this environment. */
  | 'PUBLIC';

/** AUTO is the finest that fits into maxPoints, RAW every observation as it was made. */
export type Bucket =
  | 'AUTO'
  | 'DAY'
  | 'FIFTEEN_MINUTES'
  | 'FIVE_MINUTES'
  | 'HOUR'
  | 'MINUTE'
  | 'MONTH'
  | 'RAW'
  | 'SIX_HOURS'
  | 'WEEK';

export type ChannelFilter = {
  /** Whether it is being watched. */
  readonly active?: boolean | null | undefined;
  /** Whether any streamer claims it, verified or not. */
  readonly claimed?: boolean | null | undefined;
  readonly platform?: Platform | null | undefined;
  /** A part of the current slug or the display name, in any case; at most 100 characters. */
  readonly search?: string | null | undefined;
  readonly status?: LiveStatus | null | undefined;
};

export type ChannelOrder =
  | 'FIRST_SEEN_DESC'
  /** Unknown counts last. */
  | 'FOLLOWERS_DESC'
  | 'LAST_SEEN_DESC'
  /** Channels without a slug last. */
  | 'SLUG_ASC'
  /** Channels without a score last. */
  | 'TRUST_SCORE_DESC';

export type ConfigurationCategory =
  | 'AUTH'
  | 'DATABASE'
  | 'MONITORING'
  | 'SYSTEM';

export type LiveStatus =
  | 'OFFLINE'
  | 'ONLINE'
  /** Not observed yet. */
  | 'UNKNOWN';

export type Platform =
  | 'KICK'
  | 'TWITCH'
  | 'X';

export type Role =
  | 'ADMIN'
  | 'OPERATOR'
  | 'PUBLIC';

export type StatusEventType =
  | 'CONNECTION_TEST'
  | 'STREAM_END'
  | 'STREAM_START';

export type StatusSource =
  | 'OPERATOR'
  | 'POLL'
  | 'WEBHOOK';

/** Half open: from <= t < to. */
export type TimeRange = {
  readonly from: string;
  readonly to: string;
};

export type ApiKeyListQueryVariables = Exact<{ [key: string]: never; }>;


export type ApiKeyListQuery = { readonly apiKeys: ReadonlyArray<{ readonly id: string, readonly name: string, readonly role: Role, readonly createdAt: string, readonly createdBy: string, readonly lastUsedAt: string | null, readonly expiresAt: string | null, readonly revokedAt: string | null }> };

export type CreateApiKeyMutationVariables = Exact<{
  name: string;
  role: Role;
  expiresAt?: string | null | undefined;
}>;


export type CreateApiKeyMutation = { readonly createApiKey:
    | { readonly __typename: 'CreateApiKeySuccess', readonly secret: string, readonly key: { readonly id: string, readonly name: string, readonly role: Role, readonly createdAt: string, readonly createdBy: string, readonly lastUsedAt: string | null, readonly expiresAt: string | null, readonly revokedAt: string | null } }
    | { readonly __typename: 'InvalidInput', readonly argument: string, readonly code: string, readonly message: string }
   };

export type RevokeApiKeyMutationVariables = Exact<{
  id: string;
}>;


export type RevokeApiKeyMutation = { readonly revokeApiKey:
    | { readonly __typename: 'NotFound', readonly code: string, readonly message: string }
    | { readonly __typename: 'RevokeApiKeySuccess', readonly key: { readonly id: string, readonly name: string, readonly role: Role, readonly createdAt: string, readonly createdBy: string, readonly lastUsedAt: string | null, readonly expiresAt: string | null, readonly revokedAt: string | null } }
   };

export type AuditLogQueryVariables = Exact<{
  side?: AuditSide | null | undefined;
  subject?: string | null | undefined;
  action?: string | null | undefined;
  target?: string | null | undefined;
  first?: number;
  after?: string | null | undefined;
}>;


export type AuditLogQuery = { readonly auditLog: { readonly pageInfo: { readonly hasNextPage: boolean, readonly hasPreviousPage: boolean, readonly startCursor: string | null, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly recordedAt: string, readonly side: AuditSide, readonly subject: string | null, readonly name: string | null, readonly role: Role, readonly action: string, readonly target: string, readonly before: unknown, readonly after: unknown, readonly requestId: string }> } };

export type ChatArchiveListQueryVariables = Exact<{
  first?: number;
  after?: string | null | undefined;
}>;


export type ChatArchiveListQuery = { readonly chatArchives: { readonly pageInfo: { readonly hasNextPage: boolean, readonly hasPreviousPage: boolean, readonly startCursor: string | null, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly windowFrom: string, readonly windowTo: string, readonly rowsExported: string, readonly filesWritten: number, readonly success: boolean, readonly createdAt: string, readonly objects: ReadonlyArray<{ readonly key: string, readonly rows: string, readonly bytes: string, readonly sha256: string }> }> } };

export type ChannelHeadQueryVariables = Exact<{
  id: string;
}>;


export type ChannelHeadQuery = { readonly channel: { readonly externalId: string, readonly platformUserId: string, readonly bio: string | null, readonly followerCount: number | null, readonly isLive: boolean, readonly isBanned: boolean, readonly lastSeenOnlineAt: string | null, readonly lastStatusChangeAt: string | null, readonly firstSeenAt: string, readonly lastSeenAt: string, readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus, readonly slugHistory: ReadonlyArray<{ readonly slug: string, readonly observedFrom: string, readonly observedUntil: string | null, readonly isCurrent: boolean }>, readonly currentSession: { readonly id: string, readonly startedAt: string, readonly endedAt: string | null, readonly isLive: boolean, readonly title: string | null, readonly category: string | null, readonly language: string | null, readonly durationSeconds: number, readonly peakViewers: number | null, readonly averageViewers: number | null, readonly hoursWatched: number | null } | null, readonly claims: ReadonlyArray<{ readonly verified: boolean, readonly claimedAt: string, readonly streamer: { readonly id: string, readonly name: string }, readonly channel: { readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus } }>, readonly monitoring: { readonly active: boolean, readonly nextProbeAt: string | null, readonly lastProbedAt: string | null, readonly intervalSeconds: number | null, readonly consecutiveFailures: number } | null, readonly eventSubscriptions: ReadonlyArray<{ readonly id: string, readonly event: string, readonly platformSubscriptionId: string | null, readonly status: string, readonly error: string | null, readonly lastEventAt: string | null, readonly createdAt: string }> } | null };

export type ChannelSessionsQueryVariables = Exact<{
  id: string;
  first?: number;
  after?: string | null | undefined;
  range?: TimeRange | null | undefined;
}>;


export type ChannelSessionsQuery = { readonly channel: { readonly id: string, readonly sessions: { readonly pageInfo: { readonly hasNextPage: boolean, readonly hasPreviousPage: boolean, readonly startCursor: string | null, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly startedAt: string, readonly endedAt: string | null, readonly isLive: boolean, readonly title: string | null, readonly category: string | null, readonly language: string | null, readonly durationSeconds: number, readonly peakViewers: number | null, readonly averageViewers: number | null, readonly hoursWatched: number | null }> } } | null };

export type ChannelEventsQueryVariables = Exact<{
  id: string;
  first?: number;
  after?: string | null | undefined;
}>;


export type ChannelEventsQuery = { readonly channel: { readonly id: string, readonly statusEvents: { readonly pageInfo: { readonly hasNextPage: boolean, readonly hasPreviousPage: boolean, readonly startCursor: string | null, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly cursor: string, readonly type: StatusEventType, readonly previousStatus: LiveStatus, readonly newStatus: LiveStatus, readonly source: StatusSource, readonly platformEventId: string | null, readonly occurredAt: string, readonly receivedAt: string, readonly processedAt: string, readonly data: unknown }> } } | null };

export type ChannelViewersQueryVariables = Exact<{
  id: string;
  range: TimeRange;
  bucket?: Bucket;
  maxPoints?: number;
  timezone?: string;
}>;


export type ChannelViewersQuery = { readonly channel: { readonly id: string, readonly viewers: { readonly meta: { readonly from: string, readonly to: string, readonly bucket: Bucket, readonly timezone: string, readonly completeThrough: string, readonly coverage: number }, readonly points: ReadonlyArray<{ readonly start: string, readonly end: string, readonly average: number | null, readonly min: number | null, readonly max: number | null, readonly last: number | null, readonly samples: number, readonly partial: boolean }>, readonly summary: { readonly average: number | null, readonly peak: number | null, readonly peakAt: string | null, readonly hoursWatched: number, readonly samples: number }, readonly outages: ReadonlyArray<{ readonly from: string, readonly to: string, readonly reason: string }> } } | null };

export type ChannelAudienceQueryVariables = Exact<{
  id: string;
  range: TimeRange;
  bucket?: Bucket;
  maxPoints?: number;
  timezone?: string;
}>;


export type ChannelAudienceQuery = { readonly channel: { readonly id: string, readonly chatActivity: { readonly meta: { readonly from: string, readonly to: string, readonly bucket: Bucket, readonly timezone: string, readonly completeThrough: string, readonly coverage: number }, readonly points: ReadonlyArray<{ readonly start: string, readonly end: string, readonly messages: number, readonly chatters: number }> }, readonly follows: { readonly total: number, readonly meta: { readonly from: string, readonly to: string, readonly bucket: Bucket, readonly timezone: string, readonly completeThrough: string, readonly coverage: number }, readonly points: ReadonlyArray<{ readonly start: string, readonly end: string, readonly follows: number }> }, readonly followers: { readonly meta: { readonly from: string, readonly to: string, readonly bucket: Bucket, readonly timezone: string, readonly completeThrough: string, readonly coverage: number }, readonly points: ReadonlyArray<{ readonly start: string, readonly end: string, readonly last: number | null, readonly change: number | null }> } } | null };

export type ChannelChatQueryVariables = Exact<{
  id: string;
  days?: number;
  hours?: number;
  timezone?: string;
}>;


export type ChannelChatQuery = { readonly channel: { readonly id: string, readonly chatTotals: { readonly messages: number, readonly chatters: number, readonly since: string }, readonly chatDaily: ReadonlyArray<{ readonly day: string, readonly messages: number, readonly chatters: number }> } | null };

export type ChannelMessagesQueryVariables = Exact<{
  id: string;
  range: TimeRange;
  search?: string | null | undefined;
  first?: number;
  after?: string | null | undefined;
}>;


export type ChannelMessagesQuery = { readonly channel: { readonly id: string, readonly chatMessages: { readonly pageInfo: { readonly hasNextPage: boolean, readonly hasPreviousPage: boolean, readonly startCursor: string | null, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly messageId: string, readonly username: string | null, readonly platformUserId: string, readonly content: string, readonly slugAtTheTime: string, readonly createdAt: string }> } } | null };

export type ChannelTrustQueryVariables = Exact<{
  id: string;
  days?: number;
}>;


export type ChannelTrustQuery = { readonly channel: { readonly id: string, readonly trustScore: { readonly score: number, readonly algorithm: string, readonly computedAt: string, readonly factors: ReadonlyArray<{ readonly name: string, readonly value: number | null, readonly weight: number, readonly contribution: number, readonly explanation: string }> } | null, readonly trustScoreHistory: ReadonlyArray<{ readonly computedAt: string, readonly score: number }> } | null };

export type SessionPageQueryVariables = Exact<{
  id: string;
  bucket?: Bucket;
  maxPoints?: number;
}>;


export type SessionPageQuery = { readonly streamSession: { readonly id: string, readonly startedAt: string, readonly endedAt: string | null, readonly isLive: boolean, readonly title: string | null, readonly category: string | null, readonly language: string | null, readonly durationSeconds: number, readonly peakViewers: number | null, readonly averageViewers: number | null, readonly hoursWatched: number | null, readonly channel: { readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus }, readonly timeline: { readonly meta: { readonly from: string, readonly to: string, readonly bucket: Bucket, readonly timezone: string, readonly completeThrough: string, readonly coverage: number }, readonly points: ReadonlyArray<{ readonly start: string, readonly end: string, readonly viewers: number | null, readonly messages: number, readonly chatters: number, readonly follows: number }> } } | null };

export type ChannelListQueryVariables = Exact<{
  filter?: ChannelFilter | null | undefined;
  orderBy?: ChannelOrder;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}>;


export type ChannelListQuery = { readonly channels: { readonly pageInfo: { readonly hasNextPage: boolean, readonly hasPreviousPage: boolean, readonly startCursor: string | null, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly followerCount: number | null, readonly isBanned: boolean, readonly lastSeenAt: string, readonly lastSeenOnlineAt: string | null, readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus, readonly trustScore: { readonly score: number } | null, readonly monitoring: { readonly active: boolean, readonly nextProbeAt: string | null, readonly lastProbedAt: string | null, readonly intervalSeconds: number | null, readonly consecutiveFailures: number } | null }> } };

export type FindChannelQueryVariables = Exact<{
  id?: string | null | undefined;
  slug?: string | null | undefined;
  platformUserId?: string | null | undefined;
  platform?: Platform;
  at?: string | null | undefined;
}>;


export type FindChannelQuery = { readonly channel: { readonly redirectedFrom: string | null, readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus } | null };

export type FindSessionQueryVariables = Exact<{
  url: string;
  at: string;
}>;


export type FindSessionQuery = { readonly streamSessionByUrl: { readonly id: string, readonly startedAt: string, readonly endedAt: string | null, readonly isLive: boolean, readonly title: string | null, readonly category: string | null, readonly language: string | null, readonly durationSeconds: number, readonly peakViewers: number | null, readonly averageViewers: number | null, readonly hoursWatched: number | null, readonly channel: { readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus } } | null };

export type ConfigurationListQueryVariables = Exact<{
  category?: ConfigurationCategory | null | undefined;
}>;


export type ConfigurationListQuery = { readonly configuration: ReadonlyArray<{ readonly key: string, readonly version: number, readonly value: string | null, readonly description: string | null, readonly category: ConfigurationCategory, readonly isEncrypted: boolean, readonly updatedAt: string, readonly updatedBy: string }> };

export type SetConfigurationMutationVariables = Exact<{
  key: string;
  value: string;
  category: ConfigurationCategory;
  description?: string | null | undefined;
  encrypt?: boolean | null | undefined;
  expectedVersion?: number | null | undefined;
}>;


export type SetConfigurationMutation = { readonly setConfiguration:
    | { readonly __typename: 'InvalidInput', readonly argument: string, readonly code: string, readonly message: string }
    | { readonly __typename: 'SetConfigurationSuccess', readonly entry: { readonly key: string, readonly version: number, readonly value: string | null, readonly description: string | null, readonly category: ConfigurationCategory, readonly isEncrypted: boolean, readonly updatedAt: string, readonly updatedBy: string } }
    | { readonly __typename: 'VersionConflict', readonly code: string, readonly message: string, readonly current: { readonly key: string, readonly version: number, readonly value: string | null, readonly description: string | null, readonly category: ConfigurationCategory, readonly isEncrypted: boolean, readonly updatedAt: string, readonly updatedBy: string } }
   };

export type DeleteConfigurationMutationVariables = Exact<{
  key: string;
}>;


export type DeleteConfigurationMutation = { readonly deleteConfiguration:
    | { readonly __typename: 'DeleteConfigurationSuccess', readonly key: string }
    | { readonly __typename: 'NotFound', readonly code: string, readonly message: string }
   };

export type DashboardQueryVariables = Exact<{
  first?: number;
  after?: string | null | undefined;
}>;


export type DashboardQuery = { readonly me: { readonly role: Role, readonly name: string | null }, readonly live: { readonly pageInfo: { readonly hasNextPage: boolean, readonly hasPreviousPage: boolean, readonly startCursor: string | null, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly followerCount: number | null, readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus, readonly currentSession: { readonly id: string, readonly startedAt: string, readonly endedAt: string | null, readonly isLive: boolean, readonly title: string | null, readonly category: string | null, readonly language: string | null, readonly durationSeconds: number, readonly peakViewers: number | null, readonly averageViewers: number | null, readonly hoursWatched: number | null } | null }> }, readonly latest: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly cursor: string, readonly type: StatusEventType, readonly previousStatus: LiveStatus, readonly newStatus: LiveStatus, readonly source: StatusSource, readonly platformEventId: string | null, readonly occurredAt: string, readonly receivedAt: string, readonly processedAt: string, readonly data: unknown, readonly channel: { readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus } }> } };

export type PageEndsFragment = { readonly hasNextPage: boolean, readonly hasPreviousPage: boolean, readonly startCursor: string | null, readonly endCursor: string | null };

export type ChannelLabelFragment = { readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus };

export type SessionLineFragment = { readonly id: string, readonly startedAt: string, readonly endedAt: string | null, readonly isLive: boolean, readonly title: string | null, readonly category: string | null, readonly language: string | null, readonly durationSeconds: number, readonly peakViewers: number | null, readonly averageViewers: number | null, readonly hoursWatched: number | null };

export type ClaimLineFragment = { readonly verified: boolean, readonly claimedAt: string, readonly streamer: { readonly id: string, readonly name: string }, readonly channel: { readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus } };

export type MonitoringStateFragment = { readonly active: boolean, readonly nextProbeAt: string | null, readonly lastProbedAt: string | null, readonly intervalSeconds: number | null, readonly consecutiveFailures: number };

export type SubscriptionLineFragment = { readonly id: string, readonly event: string, readonly platformSubscriptionId: string | null, readonly status: string, readonly error: string | null, readonly lastEventAt: string | null, readonly createdAt: string };

export type SeriesFrameFragment = { readonly from: string, readonly to: string, readonly bucket: Bucket, readonly timezone: string, readonly completeThrough: string, readonly coverage: number };

export type EventLineFragment = { readonly id: string, readonly cursor: string, readonly type: StatusEventType, readonly previousStatus: LiveStatus, readonly newStatus: LiveStatus, readonly source: StatusSource, readonly platformEventId: string | null, readonly occurredAt: string, readonly receivedAt: string, readonly processedAt: string, readonly data: unknown };

export type DeliveryLineFragment = { readonly messageId: string, readonly source: string, readonly eventType: string, readonly verified: boolean, readonly outcome: string, readonly receivedAt: string, readonly lagMs: number | null };

export type KeyLineFragment = { readonly id: string, readonly name: string, readonly role: Role, readonly createdAt: string, readonly createdBy: string, readonly lastUsedAt: string | null, readonly expiresAt: string | null, readonly revokedAt: string | null };

export type EntryLineFragment = { readonly key: string, readonly version: number, readonly value: string | null, readonly description: string | null, readonly category: ConfigurationCategory, readonly isEncrypted: boolean, readonly updatedAt: string, readonly updatedBy: string };

type ProblemText_AlreadyVerified_Fragment = { readonly code: string, readonly message: string };

type ProblemText_InvalidInput_Fragment = { readonly code: string, readonly message: string };

type ProblemText_NotFound_Fragment = { readonly code: string, readonly message: string };

type ProblemText_NotOnPlatform_Fragment = { readonly code: string, readonly message: string };

type ProblemText_PlatformUnavailable_Fragment = { readonly code: string, readonly message: string };

type ProblemText_VersionConflict_Fragment = { readonly code: string, readonly message: string };

export type ProblemTextFragment =
  | ProblemText_AlreadyVerified_Fragment
  | ProblemText_InvalidInput_Fragment
  | ProblemText_NotFound_Fragment
  | ProblemText_NotOnPlatform_Fragment
  | ProblemText_PlatformUnavailable_Fragment
  | ProblemText_VersionConflict_Fragment
;

export type LiveStatusSubscriptionVariables = Exact<{
  ids?: ReadonlyArray<string> | null | undefined;
  slugs?: ReadonlyArray<string> | null | undefined;
  platform?: Platform | null | undefined;
  after?: string | null | undefined;
}>;


export type LiveStatusSubscription = { readonly channelStatus:
    | { readonly __typename: 'StatusChange', readonly cursor: string, readonly event: { readonly id: string, readonly cursor: string, readonly type: StatusEventType, readonly previousStatus: LiveStatus, readonly newStatus: LiveStatus, readonly source: StatusSource, readonly platformEventId: string | null, readonly occurredAt: string, readonly receivedAt: string, readonly processedAt: string, readonly data: unknown }, readonly channel: { readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus }, readonly session: { readonly id: string, readonly startedAt: string, readonly endedAt: string | null, readonly isLive: boolean, readonly title: string | null, readonly category: string | null, readonly language: string | null, readonly durationSeconds: number, readonly peakViewers: number | null, readonly averageViewers: number | null, readonly hoursWatched: number | null } | null }
    | { readonly __typename: 'StatusGap', readonly after: string | null, readonly cursor: string, readonly reason: string }
    | { readonly __typename: 'StatusSnapshot', readonly status: LiveStatus, readonly cursor: string, readonly asOf: string, readonly channel: { readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus }, readonly session: { readonly id: string, readonly startedAt: string, readonly endedAt: string | null, readonly isLive: boolean, readonly title: string | null, readonly category: string | null, readonly language: string | null, readonly durationSeconds: number, readonly peakViewers: number | null, readonly averageViewers: number | null, readonly hoursWatched: number | null } | null }
   };

export type LiveViewersSubscriptionVariables = Exact<{
  ids?: ReadonlyArray<string> | null | undefined;
  slugs?: ReadonlyArray<string> | null | undefined;
  platform?: Platform | null | undefined;
}>;


export type LiveViewersSubscription = { readonly viewerCount: { readonly viewers: number | null, readonly at: string, readonly channel: { readonly id: string } } };

export type LiveChatSubscriptionVariables = Exact<{
  id: string;
}>;


export type LiveChatSubscription = { readonly chat: { readonly messageId: string, readonly username: string | null, readonly platformUserId: string, readonly content: string, readonly createdAt: string } };

export type MonitoringListQueryVariables = Exact<{
  active?: boolean | null | undefined;
  first?: number;
  after?: string | null | undefined;
}>;


export type MonitoringListQuery = { readonly channels: { readonly pageInfo: { readonly hasNextPage: boolean, readonly hasPreviousPage: boolean, readonly startCursor: string | null, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus, readonly monitoring: { readonly active: boolean, readonly nextProbeAt: string | null, readonly lastProbedAt: string | null, readonly intervalSeconds: number | null, readonly consecutiveFailures: number } | null, readonly eventSubscriptions: ReadonlyArray<{ readonly id: string, readonly event: string, readonly platformSubscriptionId: string | null, readonly status: string, readonly error: string | null, readonly lastEventAt: string | null, readonly createdAt: string }> }> } };

export type StatusJournalQueryVariables = Exact<{
  platform?: Platform | null | undefined;
  type?: StatusEventType | null | undefined;
  range?: TimeRange | null | undefined;
  first?: number;
  after?: string | null | undefined;
}>;


export type StatusJournalQuery = { readonly statusEvents: { readonly pageInfo: { readonly hasNextPage: boolean, readonly hasPreviousPage: boolean, readonly startCursor: string | null, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly cursor: string, readonly type: StatusEventType, readonly previousStatus: LiveStatus, readonly newStatus: LiveStatus, readonly source: StatusSource, readonly platformEventId: string | null, readonly occurredAt: string, readonly receivedAt: string, readonly processedAt: string, readonly data: unknown, readonly channel: { readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus } }> } };

export type TrackChannelMutationVariables = Exact<{
  platform?: Platform;
  slug: string;
}>;


export type TrackChannelMutation = { readonly trackChannel:
    | { readonly __typename: 'InvalidInput', readonly argument: string, readonly code: string, readonly message: string }
    | { readonly __typename: 'NotOnPlatform', readonly code: string, readonly message: string }
    | { readonly __typename: 'PlatformUnavailable', readonly retryAfterSeconds: number | null, readonly code: string, readonly message: string }
    | { readonly __typename: 'TrackChannelSuccess', readonly created: boolean, readonly channel: { readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus } }
   };

export type SetMonitoringMutationVariables = Exact<{
  channel: string;
  active: boolean;
}>;


export type SetMonitoringMutation = { readonly setMonitoring:
    | { readonly __typename: 'NotFound', readonly code: string, readonly message: string }
    | { readonly __typename: 'SetMonitoringSuccess', readonly channel: { readonly id: string, readonly monitoring: { readonly active: boolean, readonly nextProbeAt: string | null, readonly lastProbedAt: string | null, readonly intervalSeconds: number | null, readonly consecutiveFailures: number } | null } }
   };

export type StreamerListQueryVariables = Exact<{
  search?: string | null | undefined;
  first?: number;
  after?: string | null | undefined;
}>;


export type StreamerListQuery = { readonly streamers: { readonly pageInfo: { readonly hasNextPage: boolean, readonly hasPreviousPage: boolean, readonly startCursor: string | null, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly createdAt: string, readonly claims: ReadonlyArray<{ readonly verified: boolean, readonly claimedAt: string, readonly streamer: { readonly id: string, readonly name: string }, readonly channel: { readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus } }> }> } };

export type StreamerPageQueryVariables = Exact<{
  id: string;
}>;


export type StreamerPageQuery = { readonly streamer: { readonly id: string, readonly name: string, readonly createdAt: string, readonly claims: ReadonlyArray<{ readonly verified: boolean, readonly claimedAt: string, readonly streamer: { readonly id: string, readonly name: string }, readonly channel: { readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus } }> } | null };

export type CreateStreamerMutationVariables = Exact<{
  name: string;
}>;


export type CreateStreamerMutation = { readonly createStreamer:
    | { readonly __typename: 'CreateStreamerSuccess', readonly streamer: { readonly id: string, readonly name: string, readonly createdAt: string } }
    | { readonly __typename: 'InvalidInput', readonly argument: string, readonly code: string, readonly message: string }
   };

export type DeleteStreamerMutationVariables = Exact<{
  id: string;
}>;


export type DeleteStreamerMutation = { readonly deleteStreamer:
    | { readonly __typename: 'DeleteStreamerSuccess', readonly id: string }
    | { readonly __typename: 'NotFound', readonly code: string, readonly message: string }
   };

export type ClaimChannelMutationVariables = Exact<{
  streamer: string;
  channel: string;
}>;


export type ClaimChannelMutation = { readonly claimChannel:
    | { readonly __typename: 'ClaimChannelSuccess', readonly claim: { readonly verified: boolean, readonly claimedAt: string, readonly streamer: { readonly id: string, readonly name: string }, readonly channel: { readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus } } }
    | { readonly __typename: 'NotFound', readonly code: string, readonly message: string }
   };

export type VerifyClaimMutationVariables = Exact<{
  streamer: string;
  channel: string;
}>;


export type VerifyClaimMutation = { readonly verifyClaim:
    | { readonly __typename: 'AlreadyVerified', readonly code: string, readonly message: string, readonly holder: { readonly id: string, readonly name: string } }
    | { readonly __typename: 'NotFound', readonly code: string, readonly message: string }
    | { readonly __typename: 'VerifyClaimSuccess', readonly claim: { readonly verified: boolean, readonly claimedAt: string, readonly streamer: { readonly id: string, readonly name: string }, readonly channel: { readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus } } }
   };

export type ReleaseClaimMutationVariables = Exact<{
  streamer: string;
  channel: string;
}>;


export type ReleaseClaimMutation = { readonly releaseClaim:
    | { readonly __typename: 'NotFound', readonly code: string, readonly message: string }
    | { readonly __typename: 'ReleaseClaimSuccess', readonly streamer: { readonly id: string }, readonly channel: { readonly id: string } }
   };

export type CreateLinkTicketMutationVariables = Exact<{
  streamer: string;
}>;


export type CreateLinkTicketMutation = { readonly createLinkTicket:
    | { readonly __typename: 'CreateLinkTicketSuccess', readonly url: string, readonly expiresAt: string }
    | { readonly __typename: 'NotFound', readonly code: string, readonly message: string }
   };

export type WebhookInboxQueryVariables = Exact<{
  range?: TimeRange | null | undefined;
  eventType?: string | null | undefined;
  verified?: boolean | null | undefined;
  first?: number;
  after?: string | null | undefined;
}>;


export type WebhookInboxQuery = { readonly webhookInbox: { readonly pageInfo: { readonly hasNextPage: boolean, readonly hasPreviousPage: boolean, readonly startCursor: string | null, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly payload: unknown, readonly messageId: string, readonly source: string, readonly eventType: string, readonly verified: boolean, readonly outcome: string, readonly receivedAt: string, readonly lagMs: number | null }> } };

export type ReplayWebhookMutationVariables = Exact<{
  messageId: string;
}>;


export type ReplayWebhookMutation = { readonly replayWebhook:
    | { readonly __typename: 'NotFound', readonly code: string, readonly message: string }
    | { readonly __typename: 'ReplayWebhookSuccess', readonly delivery: { readonly messageId: string, readonly source: string, readonly eventType: string, readonly verified: boolean, readonly outcome: string, readonly receivedAt: string, readonly lagMs: number | null } }
   };

export const ApiKeyList: TypedOperation<ApiKeyListQuery, ApiKeyListQueryVariables> = {
  name: 'ApiKeyList',
  type: 'query',
  id: '12bd92ffab989aa85e566ef5caa4b4e3b74ca5ddc158c6fc027130591bd60d83',
  text: `query ApiKeyList {
  apiKeys {
    ...KeyLine
  }
}

fragment KeyLine on ApiKey {
  id
  name
  role
  createdAt
  createdBy
  lastUsedAt
  expiresAt
  revokedAt
}`,
}

export const AuditLog: TypedOperation<AuditLogQuery, AuditLogQueryVariables> = {
  name: 'AuditLog',
  type: 'query',
  id: '28a7140645a257ef395177bb055247c97344efb8264ae445a6ffcdf66596d528',
  text: `query AuditLog($side: AuditSide, $subject: String, $action: String, $target: String, $first: Int! = 50, $after: String) {
  auditLog(
    side: $side
    subject: $subject
    action: $action
    target: $target
    first: $first
    after: $after
  ) {
    pageInfo {
      ...PageEnds
    }
    nodes {
      id
      recordedAt
      side
      subject
      name
      role
      action
      target
      before
      after
      requestId
    }
  }
}

fragment PageEnds on PageInfo {
  hasNextPage
  hasPreviousPage
  startCursor
  endCursor
}`,
}

export const ChannelAudience: TypedOperation<ChannelAudienceQuery, ChannelAudienceQueryVariables> = {
  name: 'ChannelAudience',
  type: 'query',
  id: 'eac574564e4bc000cc5ec6e12059e738cafa0771e42babdf9ccc8618b8db398e',
  text: `query ChannelAudience($id: ID!, $range: TimeRange!, $bucket: Bucket! = AUTO, $maxPoints: Int! = 500, $timezone: TimeZone! = "UTC") {
  channel(id: $id) {
    id
    chatActivity(
      range: $range
      bucket: $bucket
      maxPoints: $maxPoints
      timezone: $timezone
    ) {
      meta {
        ...SeriesFrame
      }
      points {
        start
        end
        messages
        chatters
      }
    }
    follows(range: $range, bucket: $bucket, timezone: $timezone) {
      meta {
        ...SeriesFrame
      }
      points {
        start
        end
        follows
      }
      total
    }
    followers(range: $range, bucket: $bucket, timezone: $timezone) {
      meta {
        ...SeriesFrame
      }
      points {
        start
        end
        last
        change
      }
    }
  }
}

fragment SeriesFrame on SeriesMeta {
  from
  to
  bucket
  timezone
  completeThrough
  coverage
}`,
}

export const ChannelChat: TypedOperation<ChannelChatQuery, ChannelChatQueryVariables> = {
  name: 'ChannelChat',
  type: 'query',
  id: '6027cbda76272efc6b991ffe1e1c29e0d08575a1c4ade01bea6d93a4c12abe76',
  text: `query ChannelChat($id: ID!, $days: Int! = 30, $hours: Int! = 24, $timezone: TimeZone! = "UTC") {
  channel(id: $id) {
    id
    chatTotals(hours: $hours) {
      messages
      chatters
      since
    }
    chatDaily(days: $days, timezone: $timezone) {
      day
      messages
      chatters
    }
  }
}`,
}

export const ChannelEvents: TypedOperation<ChannelEventsQuery, ChannelEventsQueryVariables> = {
  name: 'ChannelEvents',
  type: 'query',
  id: '349c7d19b2ff27fd081307e64a2132ae8f84a8ad06ae5e9f0d42abbc88e23f3b',
  text: `query ChannelEvents($id: ID!, $first: Int! = 20, $after: String) {
  channel(id: $id) {
    id
    statusEvents(first: $first, after: $after) {
      pageInfo {
        ...PageEnds
      }
      nodes {
        ...EventLine
      }
    }
  }
}

fragment EventLine on StatusEvent {
  id
  cursor
  type
  previousStatus
  newStatus
  source
  platformEventId
  occurredAt
  receivedAt
  processedAt
  data
}

fragment PageEnds on PageInfo {
  hasNextPage
  hasPreviousPage
  startCursor
  endCursor
}`,
}

export const ChannelHead: TypedOperation<ChannelHeadQuery, ChannelHeadQueryVariables> = {
  name: 'ChannelHead',
  type: 'query',
  id: 'dd00cadd031ee00206cb4cd232722e223c7f6d2e54134dbcb231308db4905c57',
  text: `query ChannelHead($id: ID!) {
  channel(id: $id) {
    ...ChannelLabel
    externalId
    platformUserId
    bio
    followerCount
    isLive
    isBanned
    lastSeenOnlineAt
    lastStatusChangeAt
    firstSeenAt
    lastSeenAt
    slugHistory {
      slug
      observedFrom
      observedUntil
      isCurrent
    }
    currentSession {
      ...SessionLine
    }
    claims {
      ...ClaimLine
    }
    monitoring {
      ...MonitoringState
    }
    eventSubscriptions {
      ...SubscriptionLine
    }
  }
}

fragment ChannelLabel on Channel {
  id
  channelId
  platform
  slug
  displayName
  avatarUrl
  status
}

fragment ClaimLine on ChannelClaim {
  verified
  claimedAt
  streamer {
    id
    name
  }
  channel {
    ...ChannelLabel
  }
}

fragment MonitoringState on ChannelMonitoring {
  active
  nextProbeAt
  lastProbedAt
  intervalSeconds
  consecutiveFailures
}

fragment SessionLine on StreamSession {
  id
  startedAt
  endedAt
  isLive
  title
  category
  language
  durationSeconds
  peakViewers
  averageViewers
  hoursWatched
}

fragment SubscriptionLine on EventSubscription {
  id
  event
  platformSubscriptionId
  status
  error
  lastEventAt
  createdAt
}`,
}

export const ChannelList: TypedOperation<ChannelListQuery, ChannelListQueryVariables> = {
  name: 'ChannelList',
  type: 'query',
  id: '834462dc057497238260714e0f1e6b5006e95636540973da6fa20eb9a789a15a',
  text: `query ChannelList($filter: ChannelFilter, $orderBy: ChannelOrder! = LAST_SEEN_DESC, $first: Int, $after: String, $last: Int, $before: String) {
  channels(
    filter: $filter
    orderBy: $orderBy
    first: $first
    after: $after
    last: $last
    before: $before
  ) {
    pageInfo {
      ...PageEnds
    }
    nodes {
      ...ChannelLabel
      followerCount
      isBanned
      lastSeenAt
      lastSeenOnlineAt
      trustScore {
        score
      }
      monitoring {
        ...MonitoringState
      }
    }
  }
}

fragment ChannelLabel on Channel {
  id
  channelId
  platform
  slug
  displayName
  avatarUrl
  status
}

fragment MonitoringState on ChannelMonitoring {
  active
  nextProbeAt
  lastProbedAt
  intervalSeconds
  consecutiveFailures
}

fragment PageEnds on PageInfo {
  hasNextPage
  hasPreviousPage
  startCursor
  endCursor
}`,
}

export const ChannelMessages: TypedOperation<ChannelMessagesQuery, ChannelMessagesQueryVariables> = {
  name: 'ChannelMessages',
  type: 'query',
  id: '35e846bd89211903971aafe60e63818618eb2348416bfca529c80fcfe350dc55',
  text: `query ChannelMessages($id: ID!, $range: TimeRange!, $search: String, $first: Int! = 50, $after: String) {
  channel(id: $id) {
    id
    chatMessages(range: $range, search: $search, first: $first, after: $after) {
      pageInfo {
        ...PageEnds
      }
      nodes {
        messageId
        username
        platformUserId
        content
        slugAtTheTime
        createdAt
      }
    }
  }
}

fragment PageEnds on PageInfo {
  hasNextPage
  hasPreviousPage
  startCursor
  endCursor
}`,
}

export const ChannelSessions: TypedOperation<ChannelSessionsQuery, ChannelSessionsQueryVariables> = {
  name: 'ChannelSessions',
  type: 'query',
  id: '5e888095cfa2690b3166068f49721f41b5b9f251be5dd04594e9927fac9e4949',
  text: `query ChannelSessions($id: ID!, $first: Int! = 10, $after: String, $range: TimeRange) {
  channel(id: $id) {
    id
    sessions(first: $first, after: $after, range: $range) {
      pageInfo {
        ...PageEnds
      }
      nodes {
        ...SessionLine
      }
    }
  }
}

fragment PageEnds on PageInfo {
  hasNextPage
  hasPreviousPage
  startCursor
  endCursor
}

fragment SessionLine on StreamSession {
  id
  startedAt
  endedAt
  isLive
  title
  category
  language
  durationSeconds
  peakViewers
  averageViewers
  hoursWatched
}`,
}

export const ChannelTrust: TypedOperation<ChannelTrustQuery, ChannelTrustQueryVariables> = {
  name: 'ChannelTrust',
  type: 'query',
  id: 'b9ddc82b8f6a4811fc174b11a494b21b8492f931646f26ccccb0ccb5ee4fd76a',
  text: `query ChannelTrust($id: ID!, $days: Int! = 90) {
  channel(id: $id) {
    id
    trustScore {
      score
      algorithm
      computedAt
      factors {
        name
        value
        weight
        contribution
        explanation
      }
    }
    trustScoreHistory(days: $days) {
      computedAt
      score
    }
  }
}`,
}

export const ChannelViewers: TypedOperation<ChannelViewersQuery, ChannelViewersQueryVariables> = {
  name: 'ChannelViewers',
  type: 'query',
  id: '03d549af2e4319003e3e3c57d3d6769e154368ca0aa975d8066f12ca6f8dac36',
  text: `query ChannelViewers($id: ID!, $range: TimeRange!, $bucket: Bucket! = AUTO, $maxPoints: Int! = 500, $timezone: TimeZone! = "UTC") {
  channel(id: $id) {
    id
    viewers(
      range: $range
      bucket: $bucket
      maxPoints: $maxPoints
      timezone: $timezone
    ) {
      meta {
        ...SeriesFrame
      }
      points {
        start
        end
        average
        min
        max
        last
        samples
        partial
      }
      summary {
        average
        peak
        peakAt
        hoursWatched
        samples
      }
      outages {
        from
        to
        reason
      }
    }
  }
}

fragment SeriesFrame on SeriesMeta {
  from
  to
  bucket
  timezone
  completeThrough
  coverage
}`,
}

export const ChatArchiveList: TypedOperation<ChatArchiveListQuery, ChatArchiveListQueryVariables> = {
  name: 'ChatArchiveList',
  type: 'query',
  id: 'cc2b754eb902f545a7a4022391b869332377c2d015f3a618b018fb8d713a0665',
  text: `query ChatArchiveList($first: Int! = 50, $after: String) {
  chatArchives(first: $first, after: $after) {
    pageInfo {
      ...PageEnds
    }
    nodes {
      id
      windowFrom
      windowTo
      rowsExported
      filesWritten
      success
      createdAt
      objects {
        key
        rows
        bytes
        sha256
      }
    }
  }
}

fragment PageEnds on PageInfo {
  hasNextPage
  hasPreviousPage
  startCursor
  endCursor
}`,
}

export const ClaimChannel: TypedOperation<ClaimChannelMutation, ClaimChannelMutationVariables> = {
  name: 'ClaimChannel',
  type: 'mutation',
  id: 'ad4ffe14aeb68aa204cb2fa4e7efe04060decd3064dd380159fe4a5b8af40828',
  text: `mutation ClaimChannel($streamer: ID!, $channel: ID!) {
  claimChannel(streamer: $streamer, channel: $channel) {
    __typename
    ... on ClaimChannelSuccess {
      claim {
        ...ClaimLine
      }
    }
    ...ProblemText
  }
}

fragment ChannelLabel on Channel {
  id
  channelId
  platform
  slug
  displayName
  avatarUrl
  status
}

fragment ClaimLine on ChannelClaim {
  verified
  claimedAt
  streamer {
    id
    name
  }
  channel {
    ...ChannelLabel
  }
}

fragment ProblemText on Problem {
  code
  message
}`,
}

export const ConfigurationList: TypedOperation<ConfigurationListQuery, ConfigurationListQueryVariables> = {
  name: 'ConfigurationList',
  type: 'query',
  id: '12ed572418160f65ff4b60c7b676180801c176294fcbc87421e07b5747a6f1bb',
  text: `query ConfigurationList($category: ConfigurationCategory) {
  configuration(category: $category) {
    ...EntryLine
  }
}

fragment EntryLine on ConfigurationEntry {
  key
  version
  value
  description
  category
  isEncrypted
  updatedAt
  updatedBy
}`,
}

export const CreateApiKey: TypedOperation<CreateApiKeyMutation, CreateApiKeyMutationVariables> = {
  name: 'CreateApiKey',
  type: 'mutation',
  id: '571bbdcfaffcfba6f55e3b776ab3805aabf01b9e195a8b0218ba7ca8267065bf',
  text: `mutation CreateApiKey($name: String!, $role: Role!, $expiresAt: DateTime) {
  createApiKey(name: $name, role: $role, expiresAt: $expiresAt) {
    __typename
    ... on CreateApiKeySuccess {
      key {
        ...KeyLine
      }
      secret
    }
    ... on InvalidInput {
      argument
    }
    ...ProblemText
  }
}

fragment KeyLine on ApiKey {
  id
  name
  role
  createdAt
  createdBy
  lastUsedAt
  expiresAt
  revokedAt
}

fragment ProblemText on Problem {
  code
  message
}`,
}

export const CreateLinkTicket: TypedOperation<CreateLinkTicketMutation, CreateLinkTicketMutationVariables> = {
  name: 'CreateLinkTicket',
  type: 'mutation',
  id: '4fb4ac3230cc78bb9533157d7cdc01088e312ed620e533934bf99d6f032b5449',
  text: `mutation CreateLinkTicket($streamer: ID!) {
  createLinkTicket(streamer: $streamer) {
    __typename
    ... on CreateLinkTicketSuccess {
      url
      expiresAt
    }
    ...ProblemText
  }
}

fragment ProblemText on Problem {
  code
  message
}`,
}

export const CreateStreamer: TypedOperation<CreateStreamerMutation, CreateStreamerMutationVariables> = {
  name: 'CreateStreamer',
  type: 'mutation',
  id: 'd302a89ed7f25d7c942ebd849e2b7f122abcf507cbe2b32b241603bdaa7dc385',
  text: `mutation CreateStreamer($name: String!) {
  createStreamer(name: $name) {
    __typename
    ... on CreateStreamerSuccess {
      streamer {
        id
        name
        createdAt
      }
    }
    ... on InvalidInput {
      argument
    }
    ...ProblemText
  }
}

fragment ProblemText on Problem {
  code
  message
}`,
}

export const Dashboard: TypedOperation<DashboardQuery, DashboardQueryVariables> = {
  name: 'Dashboard',
  type: 'query',
  id: '2041cb1eb40605fd53602bece9c5548750440100db14a04fb4f5b0d6871a7b78',
  text: `query Dashboard($first: Int! = 50, $after: String) {
  me {
    role
    name
  }
  live: channels(
    filter: {status: ONLINE}
    orderBy: FOLLOWERS_DESC
    first: $first
    after: $after
  ) {
    pageInfo {
      ...PageEnds
    }
    nodes {
      ...ChannelLabel
      followerCount
      currentSession {
        ...SessionLine
      }
    }
  }
  latest: statusEvents(first: 20) {
    nodes {
      ...EventLine
      channel {
        ...ChannelLabel
      }
    }
  }
}

fragment ChannelLabel on Channel {
  id
  channelId
  platform
  slug
  displayName
  avatarUrl
  status
}

fragment EventLine on StatusEvent {
  id
  cursor
  type
  previousStatus
  newStatus
  source
  platformEventId
  occurredAt
  receivedAt
  processedAt
  data
}

fragment PageEnds on PageInfo {
  hasNextPage
  hasPreviousPage
  startCursor
  endCursor
}

fragment SessionLine on StreamSession {
  id
  startedAt
  endedAt
  isLive
  title
  category
  language
  durationSeconds
  peakViewers
  averageViewers
  hoursWatched
}`,
}

export const DeleteConfiguration: TypedOperation<DeleteConfigurationMutation, DeleteConfigurationMutationVariables> = {
  name: 'DeleteConfiguration',
  type: 'mutation',
  id: 'da3d643bb27dbece3fffb061712be3b52a0305e5cb173ca39f017df070c7b0b3',
  text: `mutation DeleteConfiguration($key: String!) {
  deleteConfiguration(key: $key) {
    __typename
    ... on DeleteConfigurationSuccess {
      key
    }
    ...ProblemText
  }
}

fragment ProblemText on Problem {
  code
  message
}`,
}

export const DeleteStreamer: TypedOperation<DeleteStreamerMutation, DeleteStreamerMutationVariables> = {
  name: 'DeleteStreamer',
  type: 'mutation',
  id: '4a7689f60d5cecebbc609862a61f55d39091af86d3a08ffc3d0912ce58bd5080',
  text: `mutation DeleteStreamer($id: ID!) {
  deleteStreamer(id: $id) {
    __typename
    ... on DeleteStreamerSuccess {
      id
    }
    ...ProblemText
  }
}

fragment ProblemText on Problem {
  code
  message
}`,
}

export const FindChannel: TypedOperation<FindChannelQuery, FindChannelQueryVariables> = {
  name: 'FindChannel',
  type: 'query',
  id: '0d5bcf7bba9c79d5c8a3d0fe9c74d769d3ab7314df1578e39ef520f0951afc5d',
  text: `query FindChannel($id: ID, $slug: String, $platformUserId: String, $platform: Platform! = KICK, $at: DateTime) {
  channel(
    id: $id
    slug: $slug
    platformUserId: $platformUserId
    platform: $platform
    at: $at
  ) {
    ...ChannelLabel
    redirectedFrom
  }
}

fragment ChannelLabel on Channel {
  id
  channelId
  platform
  slug
  displayName
  avatarUrl
  status
}`,
}

export const FindSession: TypedOperation<FindSessionQuery, FindSessionQueryVariables> = {
  name: 'FindSession',
  type: 'query',
  id: 'a8642beabc7a9369b036e9842de6c8c46e7756ba7717233ea97c599e9fe3a0e6',
  text: `query FindSession($url: String!, $at: DateTime!) {
  streamSessionByUrl(url: $url, at: $at) {
    ...SessionLine
    channel {
      ...ChannelLabel
    }
  }
}

fragment ChannelLabel on Channel {
  id
  channelId
  platform
  slug
  displayName
  avatarUrl
  status
}

fragment SessionLine on StreamSession {
  id
  startedAt
  endedAt
  isLive
  title
  category
  language
  durationSeconds
  peakViewers
  averageViewers
  hoursWatched
}`,
}

export const LiveChat: TypedOperation<LiveChatSubscription, LiveChatSubscriptionVariables> = {
  name: 'LiveChat',
  type: 'subscription',
  id: 'a490a755f0ac800a9cae4a1cd9bfdfa5feceb04e9ecc71ae56db189fe02d68fa',
  text: `subscription LiveChat($id: ID!) {
  chat(id: $id) {
    messageId
    username
    platformUserId
    content
    createdAt
  }
}`,
}

export const LiveStatus: TypedOperation<LiveStatusSubscription, LiveStatusSubscriptionVariables> = {
  name: 'LiveStatus',
  type: 'subscription',
  id: '2015c6231ade5c4ef319d84e3cef04f09c780fb5a90dfaa378446c79665ffe70',
  text: `subscription LiveStatus($ids: [ID!], $slugs: [String!], $platform: Platform, $after: String) {
  channelStatus(ids: $ids, slugs: $slugs, platform: $platform, after: $after) {
    __typename
    ... on StatusSnapshot {
      status
      cursor
      asOf
      channel {
        ...ChannelLabel
      }
      session {
        ...SessionLine
      }
    }
    ... on StatusChange {
      cursor
      event {
        ...EventLine
      }
      channel {
        ...ChannelLabel
      }
      session {
        ...SessionLine
      }
    }
    ... on StatusGap {
      after
      cursor
      reason
    }
  }
}

fragment ChannelLabel on Channel {
  id
  channelId
  platform
  slug
  displayName
  avatarUrl
  status
}

fragment EventLine on StatusEvent {
  id
  cursor
  type
  previousStatus
  newStatus
  source
  platformEventId
  occurredAt
  receivedAt
  processedAt
  data
}

fragment SessionLine on StreamSession {
  id
  startedAt
  endedAt
  isLive
  title
  category
  language
  durationSeconds
  peakViewers
  averageViewers
  hoursWatched
}`,
}

export const LiveViewers: TypedOperation<LiveViewersSubscription, LiveViewersSubscriptionVariables> = {
  name: 'LiveViewers',
  type: 'subscription',
  id: 'e9df545f7a9c0ab129d009ff52917bfb0a08e43aa5bf2290179f06b7d200e6ee',
  text: `subscription LiveViewers($ids: [ID!], $slugs: [String!], $platform: Platform) {
  viewerCount(ids: $ids, slugs: $slugs, platform: $platform) {
    viewers
    at
    channel {
      id
    }
  }
}`,
}

export const MonitoringList: TypedOperation<MonitoringListQuery, MonitoringListQueryVariables> = {
  name: 'MonitoringList',
  type: 'query',
  id: 'a398dbbb544cc4fb44ee2231c437b54be065ed5f8f68b1e3991b06f243d0f59a',
  text: `query MonitoringList($active: Boolean, $first: Int! = 50, $after: String) {
  channels(
    filter: {active: $active}
    orderBy: SLUG_ASC
    first: $first
    after: $after
  ) {
    pageInfo {
      ...PageEnds
    }
    nodes {
      ...ChannelLabel
      monitoring {
        ...MonitoringState
      }
      eventSubscriptions {
        ...SubscriptionLine
      }
    }
  }
}

fragment ChannelLabel on Channel {
  id
  channelId
  platform
  slug
  displayName
  avatarUrl
  status
}

fragment MonitoringState on ChannelMonitoring {
  active
  nextProbeAt
  lastProbedAt
  intervalSeconds
  consecutiveFailures
}

fragment PageEnds on PageInfo {
  hasNextPage
  hasPreviousPage
  startCursor
  endCursor
}

fragment SubscriptionLine on EventSubscription {
  id
  event
  platformSubscriptionId
  status
  error
  lastEventAt
  createdAt
}`,
}

export const ReleaseClaim: TypedOperation<ReleaseClaimMutation, ReleaseClaimMutationVariables> = {
  name: 'ReleaseClaim',
  type: 'mutation',
  id: 'f693c5f62ce2f2cbb0703789776ccdbfe35544d73e0fbf072b50fed396878719',
  text: `mutation ReleaseClaim($streamer: ID!, $channel: ID!) {
  releaseClaim(streamer: $streamer, channel: $channel) {
    __typename
    ... on ReleaseClaimSuccess {
      streamer {
        id
      }
      channel {
        id
      }
    }
    ...ProblemText
  }
}

fragment ProblemText on Problem {
  code
  message
}`,
}

export const ReplayWebhook: TypedOperation<ReplayWebhookMutation, ReplayWebhookMutationVariables> = {
  name: 'ReplayWebhook',
  type: 'mutation',
  id: '3347cfd1372f59b5e13d6214420c8ffcf7571b7d8d7a6282c8f644fa110ae6ab',
  text: `mutation ReplayWebhook($messageId: String!) {
  replayWebhook(messageId: $messageId) {
    __typename
    ... on ReplayWebhookSuccess {
      delivery {
        ...DeliveryLine
      }
    }
    ...ProblemText
  }
}

fragment DeliveryLine on WebhookDelivery {
  messageId
  source
  eventType
  verified
  outcome
  receivedAt
  lagMs
}

fragment ProblemText on Problem {
  code
  message
}`,
}

export const RevokeApiKey: TypedOperation<RevokeApiKeyMutation, RevokeApiKeyMutationVariables> = {
  name: 'RevokeApiKey',
  type: 'mutation',
  id: '62df0efa81f44483d6cdfb483100c0991c3a3af4024eb95e1d8c834de963d121',
  text: `mutation RevokeApiKey($id: ID!) {
  revokeApiKey(id: $id) {
    __typename
    ... on RevokeApiKeySuccess {
      key {
        ...KeyLine
      }
    }
    ...ProblemText
  }
}

fragment KeyLine on ApiKey {
  id
  name
  role
  createdAt
  createdBy
  lastUsedAt
  expiresAt
  revokedAt
}

fragment ProblemText on Problem {
  code
  message
}`,
}

export const SessionPage: TypedOperation<SessionPageQuery, SessionPageQueryVariables> = {
  name: 'SessionPage',
  type: 'query',
  id: '13e01f0bd18e854e6959aa42be8427e51a4e4ff51fd88164ae45af990c5d6cf9',
  text: `query SessionPage($id: ID!, $bucket: Bucket! = AUTO, $maxPoints: Int! = 500) {
  streamSession(id: $id) {
    ...SessionLine
    channel {
      ...ChannelLabel
    }
    timeline(bucket: $bucket, maxPoints: $maxPoints) {
      meta {
        ...SeriesFrame
      }
      points {
        start
        end
        viewers
        messages
        chatters
        follows
      }
    }
  }
}

fragment ChannelLabel on Channel {
  id
  channelId
  platform
  slug
  displayName
  avatarUrl
  status
}

fragment SeriesFrame on SeriesMeta {
  from
  to
  bucket
  timezone
  completeThrough
  coverage
}

fragment SessionLine on StreamSession {
  id
  startedAt
  endedAt
  isLive
  title
  category
  language
  durationSeconds
  peakViewers
  averageViewers
  hoursWatched
}`,
}

export const SetConfiguration: TypedOperation<SetConfigurationMutation, SetConfigurationMutationVariables> = {
  name: 'SetConfiguration',
  type: 'mutation',
  id: '6cc57970aa753b3670f3bc9346d7d67a17d77cef02863b7d07ae15c79007e30e',
  text: `mutation SetConfiguration($key: String!, $value: String!, $category: ConfigurationCategory!, $description: String, $encrypt: Boolean, $expectedVersion: Int) {
  setConfiguration(
    key: $key
    value: $value
    category: $category
    description: $description
    encrypt: $encrypt
    expectedVersion: $expectedVersion
  ) {
    __typename
    ... on SetConfigurationSuccess {
      entry {
        ...EntryLine
      }
    }
    ... on InvalidInput {
      argument
    }
    ... on VersionConflict {
      current {
        ...EntryLine
      }
    }
    ...ProblemText
  }
}

fragment EntryLine on ConfigurationEntry {
  key
  version
  value
  description
  category
  isEncrypted
  updatedAt
  updatedBy
}

fragment ProblemText on Problem {
  code
  message
}`,
}

export const SetMonitoring: TypedOperation<SetMonitoringMutation, SetMonitoringMutationVariables> = {
  name: 'SetMonitoring',
  type: 'mutation',
  id: '81a1751b3ef6b07c1d0628c6220c2065f33998915102e6e9739a63e23d9f3599',
  text: `mutation SetMonitoring($channel: ID!, $active: Boolean!) {
  setMonitoring(channel: $channel, active: $active) {
    __typename
    ... on SetMonitoringSuccess {
      channel {
        id
        monitoring {
          ...MonitoringState
        }
      }
    }
    ...ProblemText
  }
}

fragment MonitoringState on ChannelMonitoring {
  active
  nextProbeAt
  lastProbedAt
  intervalSeconds
  consecutiveFailures
}

fragment ProblemText on Problem {
  code
  message
}`,
}

export const StatusJournal: TypedOperation<StatusJournalQuery, StatusJournalQueryVariables> = {
  name: 'StatusJournal',
  type: 'query',
  id: '4e243c6544287eb4a30bdc403c76911512ed92259a8a13188587626d250a5774',
  text: `query StatusJournal($platform: Platform, $type: StatusEventType, $range: TimeRange, $first: Int! = 50, $after: String) {
  statusEvents(
    platform: $platform
    type: $type
    range: $range
    first: $first
    after: $after
  ) {
    pageInfo {
      ...PageEnds
    }
    nodes {
      ...EventLine
      channel {
        ...ChannelLabel
      }
    }
  }
}

fragment ChannelLabel on Channel {
  id
  channelId
  platform
  slug
  displayName
  avatarUrl
  status
}

fragment EventLine on StatusEvent {
  id
  cursor
  type
  previousStatus
  newStatus
  source
  platformEventId
  occurredAt
  receivedAt
  processedAt
  data
}

fragment PageEnds on PageInfo {
  hasNextPage
  hasPreviousPage
  startCursor
  endCursor
}`,
}

export const StreamerList: TypedOperation<StreamerListQuery, StreamerListQueryVariables> = {
  name: 'StreamerList',
  type: 'query',
  id: '2b2a83d25b538d14285f75ee616db233ba26be95983ec37d8830d823f8584ba0',
  text: `query StreamerList($search: String, $first: Int! = 50, $after: String) {
  streamers(search: $search, first: $first, after: $after) {
    pageInfo {
      ...PageEnds
    }
    nodes {
      id
      name
      createdAt
      claims {
        ...ClaimLine
      }
    }
  }
}

fragment ChannelLabel on Channel {
  id
  channelId
  platform
  slug
  displayName
  avatarUrl
  status
}

fragment ClaimLine on ChannelClaim {
  verified
  claimedAt
  streamer {
    id
    name
  }
  channel {
    ...ChannelLabel
  }
}

fragment PageEnds on PageInfo {
  hasNextPage
  hasPreviousPage
  startCursor
  endCursor
}`,
}

export const StreamerPage: TypedOperation<StreamerPageQuery, StreamerPageQueryVariables> = {
  name: 'StreamerPage',
  type: 'query',
  id: 'e8acb9b97f4de28cc9fc37a64cb57d7bd119c70f308349f86b89e0340dc35eeb',
  text: `query StreamerPage($id: ID!) {
  streamer(id: $id) {
    id
    name
    createdAt
    claims {
      ...ClaimLine
    }
  }
}

fragment ChannelLabel on Channel {
  id
  channelId
  platform
  slug
  displayName
  avatarUrl
  status
}

fragment ClaimLine on ChannelClaim {
  verified
  claimedAt
  streamer {
    id
    name
  }
  channel {
    ...ChannelLabel
  }
}`,
}

export const TrackChannel: TypedOperation<TrackChannelMutation, TrackChannelMutationVariables> = {
  name: 'TrackChannel',
  type: 'mutation',
  id: 'ec34d6e8b490551d46c8def07dea1e4807107c4d891095f8798745a9a3451312',
  text: `mutation TrackChannel($platform: Platform! = KICK, $slug: String!) {
  trackChannel(platform: $platform, slug: $slug) {
    __typename
    ... on TrackChannelSuccess {
      created
      channel {
        ...ChannelLabel
      }
    }
    ... on InvalidInput {
      argument
    }
    ... on PlatformUnavailable {
      retryAfterSeconds
    }
    ...ProblemText
  }
}

fragment ChannelLabel on Channel {
  id
  channelId
  platform
  slug
  displayName
  avatarUrl
  status
}

fragment ProblemText on Problem {
  code
  message
}`,
}

export const VerifyClaim: TypedOperation<VerifyClaimMutation, VerifyClaimMutationVariables> = {
  name: 'VerifyClaim',
  type: 'mutation',
  id: '4ef4e18e71a8b6c52217f8b343f0da0e3380f5a53aa2d2787ade42736ea18bd1',
  text: `mutation VerifyClaim($streamer: ID!, $channel: ID!) {
  verifyClaim(streamer: $streamer, channel: $channel) {
    __typename
    ... on VerifyClaimSuccess {
      claim {
        ...ClaimLine
      }
    }
    ... on AlreadyVerified {
      holder {
        id
        name
      }
    }
    ...ProblemText
  }
}

fragment ChannelLabel on Channel {
  id
  channelId
  platform
  slug
  displayName
  avatarUrl
  status
}

fragment ClaimLine on ChannelClaim {
  verified
  claimedAt
  streamer {
    id
    name
  }
  channel {
    ...ChannelLabel
  }
}

fragment ProblemText on Problem {
  code
  message
}`,
}

export const WebhookInbox: TypedOperation<WebhookInboxQuery, WebhookInboxQueryVariables> = {
  name: 'WebhookInbox',
  type: 'query',
  id: 'ceae0bc0c451a7f04b8410be19f5d28c29f95db344ced584bf1c51c1ce1bf086',
  text: `query WebhookInbox($range: TimeRange, $eventType: String, $verified: Boolean, $first: Int! = 50, $after: String) {
  webhookInbox(
    range: $range
    eventType: $eventType
    verified: $verified
    first: $first
    after: $after
  ) {
    pageInfo {
      ...PageEnds
    }
    nodes {
      ...DeliveryLine
      payload
    }
  }
}

fragment DeliveryLine on WebhookDelivery {
  messageId
  source
  eventType
  verified
  outcome
  receivedAt
  lagMs
}

fragment PageEnds on PageInfo {
  hasNextPage
  hasPreviousPage
  startCursor
  endCursor
}`,
}
