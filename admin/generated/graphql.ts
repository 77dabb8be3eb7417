// Made by `npm run codegen` from the schema and the documents beside it.
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** What more must be true, each for the kind that it is about. */
export type AlertConditionsInput = {
  /** Of CATEGORY_CHANGED: 1 to 20 names. */
  readonly categories?: ReadonlyArray<string> | null | undefined;
  /** Of JOB_FAILED: names of jobs. */
  readonly jobs?: ReadonlyArray<string> | null | undefined;
  /** Of TRUST_FELL: from 1 to 100. */
  readonly scoreBelow?: number | null | undefined;
  /** Of VIEWERS_PASSED: 1.5, 2, 3, 5 or 10. */
  readonly timesUsual?: number | null | undefined;
  /** Of TITLE_CHANGED: 1 to 20 texts. */
  readonly titleContains?: ReadonlyArray<string> | null | undefined;
  /** Of VIEWERS_PASSED: one digit and zeros, or 15 or 25 and zeros, at least 10; such as 250 or 1000. */
  readonly viewers?: number | null | undefined;
};

export type AlertDecision =
  /** It does not meet the conditions. */
  | 'CONDITION'
  /** It is about a channel that the rule is not about. */
  | 'OTHER_CHANNEL'
  /** It was in the quiet hours. */
  | 'QUIET_HOURS'
  /** It is told. */
  | 'TOLD'
  /** The rule told of this channel and kind within its window. */
  | 'TOO_SOON';

/** What is left out does not matter. */
export type AlertDeliveryFilter = {
  /** A global id, a ULID or a decimal channelId. */
  readonly channel?: string | null | undefined;
  /** At most 1,000. */
  readonly ids?: ReadonlyArray<string> | null | undefined;
  readonly kind?: AlertKind | null | undefined;
  /** About createdAt. */
  readonly range?: TimeRange | null | undefined;
  readonly rule?: string | null | undefined;
  readonly state?: AlertDeliveryState | null | undefined;
  readonly target?: string | null | undefined;
};

export type AlertDeliveryState =
  /** The target refused it, or it was tried too often. It can be replayed. */
  | 'DEAD'
  /** The target took it. */
  | 'DELIVERED'
  /** It is tried, or waits for its next attempt, for an earlier one or for its target. */
  | 'WAITING';

/** What happened. */
export type AlertKind =
  /** The platform does not show a channel any more. */
  | 'BANNED'
  /** The category changed, while the channel was on or before. */
  | 'CATEGORY_CHANGED'
  /** The verified claim of a channel is gone. */
  | 'CLAIM_LOST'
  /** The claim of a channel was verified. */
  | 'CLAIM_VERIFIED'
  /** A channel lost its slug to another channel. */
  | 'COLLIDED'
  /** An alert was given up, or a target is paused because it failed for a day. */
  | 'DELIVERY_FAILED'
  /** A broadcast ended. */
  | 'ENDED'
  /** A job failed at its last try. */
  | 'JOB_FAILED'
  /** A broadcast was not observed for more than five minutes, and is observed again. */
  | 'OUTAGE'
  /** A channel has another slug. */
  | 'RENAMED'
  /** The platform shows a channel again. */
  | 'RETURNED'
  /** The title changed, while the channel was on or before. */
  | 'TITLE_CHANGED'
  /** The trust score of a channel fell below a whole point. */
  | 'TRUST_FELL'
  /** More watch a broadcast than ever before in it, and that passes a number or a factor of the usual. */
  | 'VIEWERS_PASSED'
  /** A channel went live. */
  | 'WENT_LIVE';

export type AlertOutcome =
  /** The target took it. */
  | 'DELIVERED'
  /** It will not go better later. */
  | 'REFUSED'
  /** It may go better later. */
  | 'RETRY';

/** Hours in which nothing is told. */
export type AlertQuietHoursInput = {
  /** The days of the week on which they begin, from 1 for Monday; left out, every day. */
  readonly days?: ReadonlyArray<number> | null | undefined;
  /** A time of day, such as 22:00. */
  readonly from: string;
  readonly timezone: string;
  /** A time of day; on the next day where it is not later than from. */
  readonly until: string;
};

/** Which happenings of which channels are told to which targets. */
export type AlertRuleInput = {
  /** Global ids, ULIDs or decimal channelIds, at most 1,000; left out, all channels. */
  readonly channels?: ReadonlyArray<string> | null | undefined;
  readonly conditions?: AlertConditionsInput | null | undefined;
  /** Left out, a new rule is, and one that is replaced stays as it is. */
  readonly isEnabled?: boolean | null | undefined;
  readonly kinds: ReadonlyArray<AlertKind>;
  /** 1 to 100 characters. */
  readonly name: string;
  /** Left out, channels of all platforms. */
  readonly platform?: Platform | null | undefined;
  readonly quiet?: AlertQuietHoursInput | null | undefined;
  /** Only channels that this streamer claims. */
  readonly streamer?: string | null | undefined;
  /** At most 20. */
  readonly targets: ReadonlyArray<string>;
  /** At most once in as many seconds for each channel and kind, at most a month. */
  readonly windowSeconds?: number | null | undefined;
};

/** How an HTTP endpoint knows that an alert is ours, as Standard Webhooks calls it. */
export type AlertSignatureScheme =
  /** HMAC-SHA256, with a secret that both sides have. */
  | 'V1'
  /** Ed25519, with a public key for receivers. */
  | 'V1A';

export type AlertTargetKind =
  /** A webhook of Discord. */
  | 'DISCORD'
  /** A mail server. */
  | 'EMAIL'
  /** An HTTP endpoint that gets signed requests. */
  | 'HTTP'
  /** An incoming webhook of Slack. */
  | 'SLACK';

/** Which side of the data model an action changed. */
export type AuditSide =
  /** Channels and what happens on them. */
  | 'DM'
  /** Streamers, claims, settings and keys of this environment. */
  | 'PUBLIC';

/** AUTO is the finest that fits into maxPoints, RAW every observation as it was made. */
export type Bucket =
  /** The finest bucket that fits into maxPoints. */
  | 'AUTO'
  /** A day in the time zone, which has 23 or 25 hours when its clocks change. */
  | 'DAY'
  /** A quarter of an hour. */
  | 'FIFTEEN_MINUTES'
  /** Five minutes. */
  | 'FIVE_MINUTES'
  /** An hour. */
  | 'HOUR'
  /** A minute. */
  | 'MINUTE'
  /** A month in the time zone. */
  | 'MONTH'
  /** Every observation as it was made. */
  | 'RAW'
  /** Six hours of the day in the time zone. */
  | 'SIX_HOURS'
  /** A week from Monday in the time zone. */
  | 'WEEK';

export type ChannelFilter = {
  /** Whether it is being watched. */
  readonly active?: boolean | null | undefined;
  /** The category of the broadcast that is on, in any case. In rankings and totals: of what was broadcast in the range. */
  readonly category?: string | null | undefined;
  /** Whether any streamer claims it, verified or not. */
  readonly claimed?: boolean | null | undefined;
  /** The beginning of a slug that it has or ever had or of its display name, a whole id, or the address of a stream: what findChannels finds, in the order of the list. Empty, all channels. */
  readonly handle?: string | null | undefined;
  /** The language of the broadcast that is on, as the platform writes it, in any case. In rankings and totals: of what was broadcast in the range. */
  readonly language?: string | null | undefined;
  /** Left out, all platforms. */
  readonly platform?: Platform | null | undefined;
  /** A part of the current slug or the display name, in any case; at most 100 characters. */
  readonly search?: string | null | undefined;
  /** At most 100. Of each name the channel that has it now, else the one that had it last: on platform, or without it on every platform. A name that nobody had finds nothing. */
  readonly slugs?: ReadonlyArray<string> | null | undefined;
  /** Left out, any status. */
  readonly status?: LiveStatus | null | undefined;
  /** Only channels that are watched, and have been without a break since this instant or longer. */
  readonly trackedSince?: string | null | undefined;
};

export type ChannelOrder =
  /** Learned of most recently first. */
  | 'FIRST_SEEN_DESC'
  /** Most followers first. Where they are not known, channels come last, the newest here first. Kick tells them of no channel: with a filter for such a platform this order is BAD_USER_INPUT. */
  | 'FOLLOWERS_DESC'
  /** Mentioned most recently by an answer or a delivery first, exact to ten minutes. */
  | 'LAST_SEEN_DESC'
  /** Channels without a slug last. */
  | 'SLUG_ASC'
  /** Channels without a score last. */
  | 'TRUST_SCORE_DESC'
  /** Most viewersNow first, then channels without, the newest here first. Pages of up to 500. Counts move while a list is read: each page is right for its asOf, and shows no channel of the page whose endCursor or startCursor it was asked with. A channel that rises past the place where a page ended is missing from the pages behind it. */
  | 'VIEWERS_DESC';

export type ConfigurationCategory =
  /** Who we are elsewhere. */
  | 'AUTH'
  /** What stores keep, and for how long. */
  | 'DATABASE'
  /** How channels are monitored. */
  | 'MONITORING'
  /** Everything else. */
  | 'SYSTEM';

export type ErasureKind =
  /** A channel with everything of it. */
  | 'CHANNEL'
  /** A person’s messages and follows in all channels. */
  | 'CHATTER';

/** Where to look for what happened. */
export type EvidencePlace =
  /** Who did it: auditLog, with side and target, for admins. */
  | 'AUDIT'
  /** The calls to the platform: scrapeLog, with platform, failed and the range. */
  | 'CALLS'
  /** What was delivered: webhookInbox, with the range. */
  | 'DELIVERIES'
  /** The state of spools and losses: degraded of /ready and the metrics. */
  | 'OPERATIONS';

export type JobOutcome =
  /** It failed, or was given up. */
  | 'FAILED'
  /** It did its work. */
  | 'SUCCEEDED';

export type LiveStatus =
  /** It does not broadcast. */
  | 'OFFLINE'
  /** It broadcasts. */
  | 'ONLINE'
  /** Not observed yet. */
  | 'UNKNOWN';

/** What of a channel a search found. */
export type MatchedBy =
  /** The name as the platform shows it now. */
  | 'DISPLAY_NAME'
  /** The user id of its platform, channelId, externalId or id. */
  | 'ID'
  /** A slug that it had; until says when it lost it. */
  | 'OLD_SLUG'
  /** The slug that it has now. */
  | 'SLUG';

export type OperationsProblemKind =
  /** The archive of chat is behind. */
  | 'ARCHIVE'
  /** The latest run of a job failed. */
  | 'JOB'
  /** Status events are not followed, so nothing is pushed. */
  | 'JOURNAL'
  /** Rows are lost, and nobody has accepted that. */
  | 'LOSS'
  /** A node says nothing any more. */
  | 'NODE'
  /** Anything else that `/ready` of this process calls degraded. */
  | 'OTHER'
  /** Channels are probed late, or not at all. */
  | 'POLLING'
  /** Rows wait on a disk because ClickHouse does not take them. */
  | 'SHIPPING'
  /** A store does not answer or is not as it must be. */
  | 'STORE';

export type OperationsState =
  /** It does its work, and something needs a look. */
  | 'DEGRADED'
  /** A part of its work is not done now. */
  | 'FAILING'
  /** Nothing is wrong. */
  | 'WELL';

export type OperationsStoreName =
  /** ClickHouse. */
  | 'CLICKHOUSE'
  /** The journal of status events, as this process follows it. */
  | 'JOURNAL'
  /** The bucket or folder of archives. */
  | 'OBJECTS'
  /** Postgres, where one database holds both sides. */
  | 'POSTGRES'
  /** The Postgres of what is observed. */
  | 'POSTGRES_DM'
  /** The Postgres of this environment. */
  | 'POSTGRES_PUBLIC'
  /** The disk on which this process keeps rows until ClickHouse has them. */
  | 'SPOOL';

/** Why observations are missing, as far as what is kept of that time tells. */
export type OutageCause =
  /** The rows were there and are known to be lost. */
  | 'LOST'
  /** Nothing was asked: the program was stopped, restarted or cut off from its database. */
  | 'NODE_AWAY'
  /** The channel was not tracked yet. */
  | 'NOT_TRACKED'
  /** The rows are still in the spool of a node. */
  | 'NOT_YET_SHIPPED'
  /** Somebody had switched off the watching of the channel, or the polling of its platform. */
  | 'PAUSED'
  /** The platform answered, but no answer told of the channel. */
  | 'PLATFORM_SILENT'
  /** The platform was asked and answered with errors, or not at all. */
  | 'POLL_FAILED'
  /** Nothing is kept of that time that says why. */
  | 'UNKNOWN';

export type Platform =
  /** Kick. */
  | 'KICK'
  /** Twitch. */
  | 'TWITCH'
  /** X. It tells profiles and followers, and nothing of broadcasts. */
  | 'X';

export type Role =
  /** May do everything. */
  | 'ADMIN'
  /** Who runs the service: sees everything but keys, settings, erasures and the audit log, and can track channels. */
  | 'OPERATOR'
  /** Anybody, also without a key, where the server allows it. */
  | 'PUBLIC';

/** Where a value comes from. An entry of the configuration wins over a variable of the environment. */
export type SettingSource =
  /** From the entry of this key. */
  | 'CONFIGURATION'
  /** From the program, because neither says anything. */
  | 'DEFAULT'
  /** From the variable, because there is no entry. */
  | 'ENVIRONMENT';

/** What the value of a setting is. */
export type SettingType =
  /** A number, which may have a fraction. */
  | 'NUMBER'
  /** "on" or "off". */
  | 'SWITCH'
  /** A text. */
  | 'TEXT'
  /** A URL. */
  | 'URL'
  /** A number without a fraction. */
  | 'WHOLE_NUMBER';

export type StatusEventType =
  /** A test delivery arrived; it changes no status. */
  | 'CONNECTION_TEST'
  /** A broadcast ended. */
  | 'STREAM_END'
  /** A broadcast began. */
  | 'STREAM_START';

export type StatusSource =
  /** Put in from the records of another system. */
  | 'IMPORT'
  /** An operator ordered it. */
  | 'OPERATOR'
  /** We asked the platform, by a probe. */
  | 'POLL'
  /** The platform sent it. */
  | 'WEBHOOK';

/** Half open: from <= t < to. */
export type TimeRange = {
  /** The first instant of it. */
  readonly from: string;
  /** The first instant after it. */
  readonly to: string;
};

/** What became of a delivery. */
export type WebhookOutcome =
  /** The signature is missing or wrong, so anybody may have sent it: it changed nothing. Many of them from the platform itself mean a wrong key or secret. */
  | 'FORGED'
  /** Genuine and ours, of a type that is kept as it came because nothing else stores it. Nothing is to be done. */
  | 'KEPT'
  /** Like PROJECTED, and received more than five minutes after it was sent. Many of them mean that the platform is behind. */
  | 'LATE'
  /** The headers or the body can not be read, or they tell an instant that can not be true: it changed nothing. Many genuine ones mean that the platform has changed its format. */
  | 'MALFORMED'
  /** What it tells is in the stores. Nothing is to be done. */
  | 'PROJECTED'
  /** Sent more than seven days before it was received, or more than five minutes after that: it changed nothing. Replay it if it is to count. */
  | 'QUARANTINED'
  /** The same delivery, or the same chat message under another id, came before: repeatOf names the first, which has the payload. Nothing is to be done. */
  | 'REPEATED'
  /** A test delivery, by the platform or an operator: it shows that deliveries arrive and changes nothing. */
  | 'TEST'
  /** The body is not what its type says: it changed nothing. Many of them mean that the platform has changed its format. */
  | 'TYPE_MISMATCH'
  /** Of a type or version that this version of the program does not read: it changed nothing. Replay it after an upgrade. */
  | 'UNSUPPORTED'
  /** About a channel that is not tracked, or by an event subscription that is not ours: it changed nothing. If the channel is to be tracked, track it, then replay the delivery. */
  | 'UNTRACKED';

export type ApiKeyListQueryVariables = Exact<{ [key: string]: never; }>;


export type ApiKeyListQuery = { readonly apiKeys: ReadonlyArray<{ readonly __typename: 'ApiKey', readonly id: string, readonly name: string, readonly role: Role, readonly createdAt: string, readonly createdBy: string, readonly lastUsedAt: string | null, readonly expiresAt: string | null, readonly revokedAt: string | null }> };

export type CreateApiKeyMutationVariables = Exact<{
  name: string;
  role: Role;
  expiresAt?: string | null | undefined;
}>;


export type CreateApiKeyMutation = { readonly createApiKey:
    | { readonly __typename: 'CreateApiKeySuccess', readonly secret: string, readonly key: { readonly __typename: 'ApiKey', readonly id: string, readonly name: string, readonly role: Role, readonly createdAt: string, readonly createdBy: string, readonly lastUsedAt: string | null, readonly expiresAt: string | null, readonly revokedAt: string | null } }
    | { readonly __typename: 'InvalidInput', readonly argument: string, readonly code: string, readonly message: string }
   };

export type RevokeApiKeyMutationVariables = Exact<{
  id: string;
}>;


export type RevokeApiKeyMutation = { readonly revokeApiKey:
    | { readonly __typename: 'NotFound', readonly code: string, readonly message: string }
    | { readonly __typename: 'RevokeApiKeySuccess', readonly key: { readonly __typename: 'ApiKey', readonly id: string, readonly name: string, readonly role: Role, readonly createdAt: string, readonly createdBy: string, readonly lastUsedAt: string | null, readonly expiresAt: string | null, readonly revokedAt: string | null } }
   };

export type AuditLogQueryVariables = Exact<{
  side?: AuditSide | null | undefined;
  subject?: string | null | undefined;
  action?: string | null | undefined;
  target?: string | null | undefined;
  first?: number;
  after?: string | null | undefined;
}>;


export type AuditLogQuery = { readonly auditLog: { readonly __typename: 'AuditEntryConnection', readonly pageInfo: { readonly __typename: 'PageInfo', readonly hasNextPage: boolean, readonly hasPreviousPage: boolean, readonly startCursor: string | null, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly __typename: 'AuditEntry', readonly id: string, readonly recordedAt: string, readonly side: AuditSide, readonly subject: string | null, readonly name: string | null, readonly role: Role, readonly action: string, readonly target: string, readonly before: unknown, readonly after: unknown, readonly requestId: string }> } };

export type AuditTargetsQueryVariables = Exact<{
  ids: ReadonlyArray<string>;
}>;


export type AuditTargetsQuery = { readonly nodes: ReadonlyArray<
    | { readonly __typename: 'Channel', readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly id: string }
    | { readonly __typename: 'ChatArchive', readonly id: string }
    | { readonly __typename: 'StatusEvent', readonly id: string }
    | { readonly __typename: 'StreamSession', readonly id: string }
    | { readonly __typename: 'Streamer', readonly name: string, readonly id: string }
   | null> };

export type AlertRuleLineFragment = { readonly __typename: 'AlertRule', readonly id: string, readonly name: string, readonly isEnabled: boolean, readonly since: string, readonly kinds: ReadonlyArray<AlertKind>, readonly channelCount: number | null, readonly platform: Platform | null, readonly windowSeconds: number | null, readonly toldLately: number, readonly lastToldAt: string | null, readonly version: number, readonly createdAt: string, readonly updatedAt: string, readonly updatedBy: string, readonly streamer: { readonly __typename: 'Streamer', readonly id: string, readonly name: string } | null, readonly conditions: { readonly __typename: 'AlertConditions', readonly titleContains: ReadonlyArray<string> | null, readonly categories: ReadonlyArray<string> | null, readonly viewers: number | null, readonly timesUsual: number | null, readonly scoreBelow: number | null, readonly jobs: ReadonlyArray<string> | null }, readonly quiet: { readonly __typename: 'AlertQuietHours', readonly timezone: string, readonly from: string, readonly until: string, readonly days: ReadonlyArray<number> } | null, readonly targets: ReadonlyArray<{ readonly __typename: 'AlertTarget', readonly id: string, readonly name: string }> };

export type AlertRuleWholeFragment = { readonly __typename: 'AlertRule', readonly id: string, readonly name: string, readonly isEnabled: boolean, readonly since: string, readonly kinds: ReadonlyArray<AlertKind>, readonly channelCount: number | null, readonly platform: Platform | null, readonly windowSeconds: number | null, readonly toldLately: number, readonly lastToldAt: string | null, readonly version: number, readonly createdAt: string, readonly updatedAt: string, readonly updatedBy: string, readonly channels: ReadonlyArray<{ readonly __typename: 'Channel', readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus }> | null, readonly streamer: { readonly __typename: 'Streamer', readonly id: string, readonly name: string } | null, readonly conditions: { readonly __typename: 'AlertConditions', readonly titleContains: ReadonlyArray<string> | null, readonly categories: ReadonlyArray<string> | null, readonly viewers: number | null, readonly timesUsual: number | null, readonly scoreBelow: number | null, readonly jobs: ReadonlyArray<string> | null }, readonly quiet: { readonly __typename: 'AlertQuietHours', readonly timezone: string, readonly from: string, readonly until: string, readonly days: ReadonlyArray<number> } | null, readonly targets: ReadonlyArray<{ readonly __typename: 'AlertTarget', readonly id: string, readonly name: string }> };

export type AlertAnswerLineFragment = { readonly __typename: 'AlertAnswer', readonly at: string, readonly outcome: AlertOutcome, readonly status: number | null, readonly answer: string, readonly durationMs: number };

export type AlertTargetLineFragment = { readonly __typename: 'AlertTarget', readonly id: string, readonly name: string, readonly kind: AlertTargetKind, readonly settings: unknown, readonly destination: string, readonly pausedAt: string | null, readonly pausedReason: string | null, readonly failures: number, readonly failingSince: string | null, readonly waitUntil: string | null, readonly deliveredAt: string | null, readonly waiting: number, readonly version: number, readonly createdAt: string, readonly updatedAt: string, readonly updatedBy: string, readonly signingKeys: ReadonlyArray<{ readonly __typename: 'AlertSigningKey', readonly scheme: AlertSignatureScheme, readonly publicKey: string | null, readonly until: string | null }>, readonly lastAnswer: { readonly __typename: 'AlertAnswer', readonly at: string, readonly outcome: AlertOutcome, readonly status: number | null, readonly answer: string, readonly durationMs: number } | null };

export type AlertAttemptLineFragment = { readonly __typename: 'AlertAttempt', readonly number: number, readonly at: string, readonly outcome: AlertOutcome, readonly status: number | null, readonly answer: string, readonly durationMs: number };

export type AlertDeliveryLineFragment = { readonly __typename: 'AlertDelivery', readonly id: string, readonly kind: AlertKind, readonly text: string, readonly state: AlertDeliveryState, readonly happenedAt: string, readonly createdAt: string, readonly dueAt: string | null, readonly endedAt: string | null, readonly attemptCount: number, readonly lastAttempt: { readonly __typename: 'AlertAttempt', readonly number: number, readonly at: string, readonly outcome: AlertOutcome, readonly status: number | null, readonly answer: string, readonly durationMs: number } | null, readonly rule: { readonly __typename: 'AlertRule', readonly id: string, readonly name: string } | null, readonly target: { readonly __typename: 'AlertTarget', readonly id: string, readonly name: string, readonly pausedAt: string | null }, readonly channel: { readonly __typename: 'Channel', readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus } | null };

export type AlertRulesQueryVariables = Exact<{ [key: string]: never; }>;


export type AlertRulesQuery = { readonly alertRules: ReadonlyArray<{ readonly __typename: 'AlertRule', readonly id: string, readonly name: string, readonly isEnabled: boolean, readonly since: string, readonly kinds: ReadonlyArray<AlertKind>, readonly channelCount: number | null, readonly platform: Platform | null, readonly windowSeconds: number | null, readonly toldLately: number, readonly lastToldAt: string | null, readonly version: number, readonly createdAt: string, readonly updatedAt: string, readonly updatedBy: string, readonly streamer: { readonly __typename: 'Streamer', readonly id: string, readonly name: string } | null, readonly conditions: { readonly __typename: 'AlertConditions', readonly titleContains: ReadonlyArray<string> | null, readonly categories: ReadonlyArray<string> | null, readonly viewers: number | null, readonly timesUsual: number | null, readonly scoreBelow: number | null, readonly jobs: ReadonlyArray<string> | null }, readonly quiet: { readonly __typename: 'AlertQuietHours', readonly timezone: string, readonly from: string, readonly until: string, readonly days: ReadonlyArray<number> } | null, readonly targets: ReadonlyArray<{ readonly __typename: 'AlertTarget', readonly id: string, readonly name: string }> }> };

export type AlertRuleQueryVariables = Exact<{
  id: string;
}>;


export type AlertRuleQuery = { readonly alertRule: { readonly __typename: 'AlertRule', readonly id: string, readonly name: string, readonly isEnabled: boolean, readonly since: string, readonly kinds: ReadonlyArray<AlertKind>, readonly channelCount: number | null, readonly platform: Platform | null, readonly windowSeconds: number | null, readonly toldLately: number, readonly lastToldAt: string | null, readonly version: number, readonly createdAt: string, readonly updatedAt: string, readonly updatedBy: string, readonly channels: ReadonlyArray<{ readonly __typename: 'Channel', readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus }> | null, readonly streamer: { readonly __typename: 'Streamer', readonly id: string, readonly name: string } | null, readonly conditions: { readonly __typename: 'AlertConditions', readonly titleContains: ReadonlyArray<string> | null, readonly categories: ReadonlyArray<string> | null, readonly viewers: number | null, readonly timesUsual: number | null, readonly scoreBelow: number | null, readonly jobs: ReadonlyArray<string> | null }, readonly quiet: { readonly __typename: 'AlertQuietHours', readonly timezone: string, readonly from: string, readonly until: string, readonly days: ReadonlyArray<number> } | null, readonly targets: ReadonlyArray<{ readonly __typename: 'AlertTarget', readonly id: string, readonly name: string }> } | null };

export type AlertTargetsQueryVariables = Exact<{ [key: string]: never; }>;


export type AlertTargetsQuery = { readonly alertTargets: ReadonlyArray<{ readonly __typename: 'AlertTarget', readonly id: string, readonly name: string, readonly kind: AlertTargetKind, readonly settings: unknown, readonly destination: string, readonly pausedAt: string | null, readonly pausedReason: string | null, readonly failures: number, readonly failingSince: string | null, readonly waitUntil: string | null, readonly deliveredAt: string | null, readonly waiting: number, readonly version: number, readonly createdAt: string, readonly updatedAt: string, readonly updatedBy: string, readonly signingKeys: ReadonlyArray<{ readonly __typename: 'AlertSigningKey', readonly scheme: AlertSignatureScheme, readonly publicKey: string | null, readonly until: string | null }>, readonly lastAnswer: { readonly __typename: 'AlertAnswer', readonly at: string, readonly outcome: AlertOutcome, readonly status: number | null, readonly answer: string, readonly durationMs: number } | null }> };

export type AlertNamesQueryVariables = Exact<{ [key: string]: never; }>;


export type AlertNamesQuery = { readonly alertRules: ReadonlyArray<{ readonly __typename: 'AlertRule', readonly id: string, readonly name: string }>, readonly alertTargets: ReadonlyArray<{ readonly __typename: 'AlertTarget', readonly id: string, readonly name: string }> };

export type AlertDryRunQueryVariables = Exact<{
  id?: string | null | undefined;
  rule?: AlertRuleInput | null | undefined;
  range: TimeRange;
  timezone: string;
  newest?: number;
}>;


export type AlertDryRunQuery = { readonly alertDryRun: { readonly __typename: 'AlertDryRun', readonly told: number, readonly decisions: ReadonlyArray<{ readonly __typename: 'AlertDryRunDecision', readonly decision: AlertDecision, readonly count: number }>, readonly days: ReadonlyArray<{ readonly __typename: 'AlertDryRunDay', readonly day: string, readonly told: number }>, readonly newest: ReadonlyArray<{ readonly __typename: 'AlertDryRunAlert', readonly kind: AlertKind, readonly at: string, readonly text: string, readonly message: unknown }> } };

export type AlertDeliveriesQueryVariables = Exact<{
  filter?: AlertDeliveryFilter | null | undefined;
  first?: number;
  after?: string | null | undefined;
}>;


export type AlertDeliveriesQuery = { readonly alertDeliveries: { readonly __typename: 'AlertDeliveryConnection', readonly pageInfo: { readonly __typename: 'PageInfo', readonly hasNextPage: boolean, readonly hasPreviousPage: boolean, readonly startCursor: string | null, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly __typename: 'AlertDelivery', readonly id: string, readonly kind: AlertKind, readonly text: string, readonly state: AlertDeliveryState, readonly happenedAt: string, readonly createdAt: string, readonly dueAt: string | null, readonly endedAt: string | null, readonly attemptCount: number, readonly lastAttempt: { readonly __typename: 'AlertAttempt', readonly number: number, readonly at: string, readonly outcome: AlertOutcome, readonly status: number | null, readonly answer: string, readonly durationMs: number } | null, readonly rule: { readonly __typename: 'AlertRule', readonly id: string, readonly name: string } | null, readonly target: { readonly __typename: 'AlertTarget', readonly id: string, readonly name: string, readonly pausedAt: string | null }, readonly channel: { readonly __typename: 'Channel', readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus } | null }> } };

export type AlertDeliveryQueryVariables = Exact<{
  id: string;
}>;


export type AlertDeliveryQuery = { readonly alertDeliveries: { readonly __typename: 'AlertDeliveryConnection', readonly nodes: ReadonlyArray<{ readonly __typename: 'AlertDelivery', readonly recordedAt: string, readonly message: unknown, readonly id: string, readonly kind: AlertKind, readonly text: string, readonly state: AlertDeliveryState, readonly happenedAt: string, readonly createdAt: string, readonly dueAt: string | null, readonly endedAt: string | null, readonly attemptCount: number, readonly attempts: ReadonlyArray<{ readonly __typename: 'AlertAttempt', readonly number: number, readonly at: string, readonly outcome: AlertOutcome, readonly status: number | null, readonly answer: string, readonly durationMs: number }>, readonly lastAttempt: { readonly __typename: 'AlertAttempt', readonly number: number, readonly at: string, readonly outcome: AlertOutcome, readonly status: number | null, readonly answer: string, readonly durationMs: number } | null, readonly rule: { readonly __typename: 'AlertRule', readonly id: string, readonly name: string } | null, readonly target: { readonly __typename: 'AlertTarget', readonly id: string, readonly name: string, readonly pausedAt: string | null }, readonly channel: { readonly __typename: 'Channel', readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus } | null }> } };

export type AlertDeliveryCountsQueryVariables = Exact<{
  filter: AlertDeliveryFilter;
}>;


export type AlertDeliveryCountsQuery = { readonly alertDeliveryCounts: { readonly __typename: 'AlertDeliveryCounts', readonly waiting: number, readonly delivered: number, readonly dead: number } };

export type CreateAlertRuleMutationVariables = Exact<{
  rule: AlertRuleInput;
}>;


export type CreateAlertRuleMutation = { readonly createAlertRule:
    | { readonly __typename: 'InvalidInput', readonly argument: string, readonly code: string, readonly message: string }
    | { readonly __typename: 'SaveAlertRuleSuccess', readonly rule: { readonly __typename: 'AlertRule', readonly id: string, readonly name: string, readonly isEnabled: boolean, readonly since: string, readonly kinds: ReadonlyArray<AlertKind>, readonly channelCount: number | null, readonly platform: Platform | null, readonly windowSeconds: number | null, readonly toldLately: number, readonly lastToldAt: string | null, readonly version: number, readonly createdAt: string, readonly updatedAt: string, readonly updatedBy: string, readonly channels: ReadonlyArray<{ readonly __typename: 'Channel', readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus }> | null, readonly streamer: { readonly __typename: 'Streamer', readonly id: string, readonly name: string } | null, readonly conditions: { readonly __typename: 'AlertConditions', readonly titleContains: ReadonlyArray<string> | null, readonly categories: ReadonlyArray<string> | null, readonly viewers: number | null, readonly timesUsual: number | null, readonly scoreBelow: number | null, readonly jobs: ReadonlyArray<string> | null }, readonly quiet: { readonly __typename: 'AlertQuietHours', readonly timezone: string, readonly from: string, readonly until: string, readonly days: ReadonlyArray<number> } | null, readonly targets: ReadonlyArray<{ readonly __typename: 'AlertTarget', readonly id: string, readonly name: string }> } }
   };

export type UpdateAlertRuleMutationVariables = Exact<{
  id: string;
  rule: AlertRuleInput;
  expectedVersion: number;
}>;


export type UpdateAlertRuleMutation = { readonly updateAlertRule:
    | { readonly __typename: 'AlertRuleConflict', readonly code: string, readonly message: string, readonly current: { readonly __typename: 'AlertRule', readonly id: string, readonly name: string, readonly isEnabled: boolean, readonly since: string, readonly kinds: ReadonlyArray<AlertKind>, readonly channelCount: number | null, readonly platform: Platform | null, readonly windowSeconds: number | null, readonly toldLately: number, readonly lastToldAt: string | null, readonly version: number, readonly createdAt: string, readonly updatedAt: string, readonly updatedBy: string, readonly channels: ReadonlyArray<{ readonly __typename: 'Channel', readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus }> | null, readonly streamer: { readonly __typename: 'Streamer', readonly id: string, readonly name: string } | null, readonly conditions: { readonly __typename: 'AlertConditions', readonly titleContains: ReadonlyArray<string> | null, readonly categories: ReadonlyArray<string> | null, readonly viewers: number | null, readonly timesUsual: number | null, readonly scoreBelow: number | null, readonly jobs: ReadonlyArray<string> | null }, readonly quiet: { readonly __typename: 'AlertQuietHours', readonly timezone: string, readonly from: string, readonly until: string, readonly days: ReadonlyArray<number> } | null, readonly targets: ReadonlyArray<{ readonly __typename: 'AlertTarget', readonly id: string, readonly name: string }> } }
    | { readonly __typename: 'InvalidInput', readonly argument: string, readonly code: string, readonly message: string }
    | { readonly __typename: 'NotFound', readonly code: string, readonly message: string }
    | { readonly __typename: 'SaveAlertRuleSuccess', readonly rule: { readonly __typename: 'AlertRule', readonly id: string, readonly name: string, readonly isEnabled: boolean, readonly since: string, readonly kinds: ReadonlyArray<AlertKind>, readonly channelCount: number | null, readonly platform: Platform | null, readonly windowSeconds: number | null, readonly toldLately: number, readonly lastToldAt: string | null, readonly version: number, readonly createdAt: string, readonly updatedAt: string, readonly updatedBy: string, readonly channels: ReadonlyArray<{ readonly __typename: 'Channel', readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus }> | null, readonly streamer: { readonly __typename: 'Streamer', readonly id: string, readonly name: string } | null, readonly conditions: { readonly __typename: 'AlertConditions', readonly titleContains: ReadonlyArray<string> | null, readonly categories: ReadonlyArray<string> | null, readonly viewers: number | null, readonly timesUsual: number | null, readonly scoreBelow: number | null, readonly jobs: ReadonlyArray<string> | null }, readonly quiet: { readonly __typename: 'AlertQuietHours', readonly timezone: string, readonly from: string, readonly until: string, readonly days: ReadonlyArray<number> } | null, readonly targets: ReadonlyArray<{ readonly __typename: 'AlertTarget', readonly id: string, readonly name: string }> } }
   };

export type DeleteAlertRuleMutationVariables = Exact<{
  id: string;
}>;


export type DeleteAlertRuleMutation = { readonly deleteAlertRule:
    | { readonly __typename: 'DeleteAlertRuleSuccess', readonly id: string }
    | { readonly __typename: 'NotFound', readonly code: string, readonly message: string }
   };

export type CreateAlertTargetMutationVariables = Exact<{
  name: string;
  kind: AlertTargetKind;
  settings: unknown;
  secrets: unknown;
}>;


export type CreateAlertTargetMutation = { readonly createAlertTarget:
    | { readonly __typename: 'InvalidInput', readonly argument: string, readonly code: string, readonly message: string }
    | { readonly __typename: 'KeyAlertTargetSuccess', readonly signingKey: string | null, readonly target: { readonly __typename: 'AlertTarget', readonly id: string, readonly name: string, readonly kind: AlertTargetKind, readonly settings: unknown, readonly destination: string, readonly pausedAt: string | null, readonly pausedReason: string | null, readonly failures: number, readonly failingSince: string | null, readonly waitUntil: string | null, readonly deliveredAt: string | null, readonly waiting: number, readonly version: number, readonly createdAt: string, readonly updatedAt: string, readonly updatedBy: string, readonly signingKeys: ReadonlyArray<{ readonly __typename: 'AlertSigningKey', readonly scheme: AlertSignatureScheme, readonly publicKey: string | null, readonly until: string | null }>, readonly lastAnswer: { readonly __typename: 'AlertAnswer', readonly at: string, readonly outcome: AlertOutcome, readonly status: number | null, readonly answer: string, readonly durationMs: number } | null } }
   };

export type UpdateAlertTargetMutationVariables = Exact<{
  id: string;
  name: string;
  settings: unknown;
  secrets?: unknown;
  expectedVersion: number;
}>;


export type UpdateAlertTargetMutation = { readonly updateAlertTarget:
    | { readonly __typename: 'AlertTargetConflict', readonly code: string, readonly message: string, readonly current: { readonly __typename: 'AlertTarget', readonly id: string, readonly name: string, readonly kind: AlertTargetKind, readonly settings: unknown, readonly destination: string, readonly pausedAt: string | null, readonly pausedReason: string | null, readonly failures: number, readonly failingSince: string | null, readonly waitUntil: string | null, readonly deliveredAt: string | null, readonly waiting: number, readonly version: number, readonly createdAt: string, readonly updatedAt: string, readonly updatedBy: string, readonly signingKeys: ReadonlyArray<{ readonly __typename: 'AlertSigningKey', readonly scheme: AlertSignatureScheme, readonly publicKey: string | null, readonly until: string | null }>, readonly lastAnswer: { readonly __typename: 'AlertAnswer', readonly at: string, readonly outcome: AlertOutcome, readonly status: number | null, readonly answer: string, readonly durationMs: number } | null } }
    | { readonly __typename: 'InvalidInput', readonly argument: string, readonly code: string, readonly message: string }
    | { readonly __typename: 'NotFound', readonly code: string, readonly message: string }
    | { readonly __typename: 'SaveAlertTargetSuccess', readonly target: { readonly __typename: 'AlertTarget', readonly id: string, readonly name: string, readonly kind: AlertTargetKind, readonly settings: unknown, readonly destination: string, readonly pausedAt: string | null, readonly pausedReason: string | null, readonly failures: number, readonly failingSince: string | null, readonly waitUntil: string | null, readonly deliveredAt: string | null, readonly waiting: number, readonly version: number, readonly createdAt: string, readonly updatedAt: string, readonly updatedBy: string, readonly signingKeys: ReadonlyArray<{ readonly __typename: 'AlertSigningKey', readonly scheme: AlertSignatureScheme, readonly publicKey: string | null, readonly until: string | null }>, readonly lastAnswer: { readonly __typename: 'AlertAnswer', readonly at: string, readonly outcome: AlertOutcome, readonly status: number | null, readonly answer: string, readonly durationMs: number } | null } }
   };

export type DeleteAlertTargetMutationVariables = Exact<{
  id: string;
}>;


export type DeleteAlertTargetMutation = { readonly deleteAlertTarget:
    | { readonly __typename: 'DeleteAlertTargetSuccess', readonly id: string }
    | { readonly __typename: 'NotFound', readonly code: string, readonly message: string }
   };

export type RotateAlertTargetKeyMutationVariables = Exact<{
  id: string;
  overlapSeconds: number;
  scheme: AlertSignatureScheme;
}>;


export type RotateAlertTargetKeyMutation = { readonly rotateAlertTargetKey:
    | { readonly __typename: 'InvalidInput', readonly argument: string, readonly code: string, readonly message: string }
    | { readonly __typename: 'KeyAlertTargetSuccess', readonly signingKey: string | null, readonly target: { readonly __typename: 'AlertTarget', readonly id: string, readonly name: string, readonly kind: AlertTargetKind, readonly settings: unknown, readonly destination: string, readonly pausedAt: string | null, readonly pausedReason: string | null, readonly failures: number, readonly failingSince: string | null, readonly waitUntil: string | null, readonly deliveredAt: string | null, readonly waiting: number, readonly version: number, readonly createdAt: string, readonly updatedAt: string, readonly updatedBy: string, readonly signingKeys: ReadonlyArray<{ readonly __typename: 'AlertSigningKey', readonly scheme: AlertSignatureScheme, readonly publicKey: string | null, readonly until: string | null }>, readonly lastAnswer: { readonly __typename: 'AlertAnswer', readonly at: string, readonly outcome: AlertOutcome, readonly status: number | null, readonly answer: string, readonly durationMs: number } | null } }
    | { readonly __typename: 'NotFound', readonly code: string, readonly message: string }
   };

export type TestAlertTargetMutationVariables = Exact<{
  id: string;
}>;


export type TestAlertTargetMutation = { readonly testAlertTarget:
    | { readonly __typename: 'NotFound', readonly code: string, readonly message: string }
    | { readonly __typename: 'TestAlertTargetSuccess', readonly outcome: AlertOutcome, readonly status: number | null, readonly answer: string, readonly durationMs: number }
   };

export type PauseAlertTargetMutationVariables = Exact<{
  id: string;
  reason: string;
}>;


export type PauseAlertTargetMutation = { readonly pauseAlertTarget:
    | { readonly __typename: 'InvalidInput', readonly argument: string, readonly code: string, readonly message: string }
    | { readonly __typename: 'NotFound', readonly code: string, readonly message: string }
    | { readonly __typename: 'SaveAlertTargetSuccess', readonly target: { readonly __typename: 'AlertTarget', readonly id: string, readonly name: string, readonly kind: AlertTargetKind, readonly settings: unknown, readonly destination: string, readonly pausedAt: string | null, readonly pausedReason: string | null, readonly failures: number, readonly failingSince: string | null, readonly waitUntil: string | null, readonly deliveredAt: string | null, readonly waiting: number, readonly version: number, readonly createdAt: string, readonly updatedAt: string, readonly updatedBy: string, readonly signingKeys: ReadonlyArray<{ readonly __typename: 'AlertSigningKey', readonly scheme: AlertSignatureScheme, readonly publicKey: string | null, readonly until: string | null }>, readonly lastAnswer: { readonly __typename: 'AlertAnswer', readonly at: string, readonly outcome: AlertOutcome, readonly status: number | null, readonly answer: string, readonly durationMs: number } | null } }
   };

export type ResumeAlertTargetMutationVariables = Exact<{
  id: string;
}>;


export type ResumeAlertTargetMutation = { readonly resumeAlertTarget:
    | { readonly __typename: 'NotFound', readonly code: string, readonly message: string }
    | { readonly __typename: 'SaveAlertTargetSuccess', readonly target: { readonly __typename: 'AlertTarget', readonly id: string, readonly name: string, readonly kind: AlertTargetKind, readonly settings: unknown, readonly destination: string, readonly pausedAt: string | null, readonly pausedReason: string | null, readonly failures: number, readonly failingSince: string | null, readonly waitUntil: string | null, readonly deliveredAt: string | null, readonly waiting: number, readonly version: number, readonly createdAt: string, readonly updatedAt: string, readonly updatedBy: string, readonly signingKeys: ReadonlyArray<{ readonly __typename: 'AlertSigningKey', readonly scheme: AlertSignatureScheme, readonly publicKey: string | null, readonly until: string | null }>, readonly lastAnswer: { readonly __typename: 'AlertAnswer', readonly at: string, readonly outcome: AlertOutcome, readonly status: number | null, readonly answer: string, readonly durationMs: number } | null } }
   };

export type ReplayAlertDeliveriesMutationVariables = Exact<{
  filter: AlertDeliveryFilter;
}>;


export type ReplayAlertDeliveriesMutation = { readonly replayAlertDeliveries:
    | { readonly __typename: 'InvalidInput', readonly argument: string, readonly code: string, readonly message: string }
    | { readonly __typename: 'ReplayAlertDeliveriesSuccess', readonly count: number }
   };

export type StreamerNamesQueryVariables = Exact<{
  search: string;
}>;


export type StreamerNamesQuery = { readonly streamers: { readonly __typename: 'StreamerConnection', readonly nodes: ReadonlyArray<{ readonly __typename: 'Streamer', readonly id: string, readonly name: string }> } };

export type ChatArchiveListQueryVariables = Exact<{
  first?: number;
  after?: string | null | undefined;
}>;


export type ChatArchiveListQuery = { readonly chatArchives: { readonly __typename: 'ChatArchiveConnection', readonly pageInfo: { readonly __typename: 'PageInfo', readonly hasNextPage: boolean, readonly hasPreviousPage: boolean, readonly startCursor: string | null, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly __typename: 'ChatArchive', readonly id: string, readonly windowFrom: string, readonly windowTo: string, readonly rowsExported: string, readonly filesWritten: number, readonly success: boolean, readonly createdAt: string, readonly objects: ReadonlyArray<{ readonly __typename: 'ChatArchiveObject', readonly key: string, readonly rows: string, readonly bytes: string, readonly sha256: string }> }> } };

export type PlatformCallsQueryVariables = Exact<{
  platform?: Platform | null | undefined;
  channel?: string | null | undefined;
  failed?: boolean | null | undefined;
  range?: TimeRange | null | undefined;
  first?: number;
  after?: string | null | undefined;
}>;


export type PlatformCallsQuery = { readonly scrapeLog: { readonly __typename: 'PlatformCallConnection', readonly pageInfo: { readonly __typename: 'PageInfo', readonly hasNextPage: boolean, readonly hasPreviousPage: boolean, readonly startCursor: string | null, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly __typename: 'PlatformCall', readonly id: string, readonly requestedAt: string, readonly platform: Platform, readonly endpoint: string, readonly status: number | null, readonly error: string | null, readonly body: string | null, readonly durationMs: number, readonly items: number, readonly channel: { readonly __typename: 'Channel', readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus } | null }> } };

export type ChannelPageQueryVariables = Exact<{
  id?: string | null | undefined;
  slug?: string | null | undefined;
  platform?: Platform;
  first?: number;
  operator?: boolean;
}>;


export type ChannelPageQuery = { readonly channel: { readonly __typename: 'Channel', readonly redirectedFrom: string | null, readonly platformUserId: string, readonly bio: string | null, readonly isBanned: boolean, readonly followerCount: number | null, readonly lastStatusChangeAt: string | null, readonly lastSeenOnlineAt: string | null, readonly firstSeenAt: string, readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus, readonly followerTotals: { readonly __typename: 'FactAvailability', readonly available: boolean, readonly reason: string | null }, readonly slugHistory: ReadonlyArray<{ readonly __typename: 'SlugPeriod', readonly slug: string, readonly observedFrom: string, readonly observedUntil: string | null, readonly isCurrent: boolean }>, readonly trustScore: { readonly __typename: 'TrustScore', readonly score: number, readonly computedAt: string } | null, readonly viewersNow: { readonly __typename: 'ViewersNow', readonly count: number, readonly at: string } | null, readonly currentSession: { readonly __typename: 'StreamSession', readonly id: string, readonly title: string | null, readonly category: string | null, readonly language: string | null, readonly startedAt: string } | null, readonly monitoring?: { readonly __typename: 'ChannelMonitoring', readonly active: boolean, readonly nextProbeAt: string | null, readonly lastProbedAt: string | null, readonly intervalSeconds: number | null, readonly consecutiveFailures: number } | null, readonly sessions: { readonly __typename: 'StreamSessionConnection', readonly totalCount: number | null, readonly pageInfo: { readonly __typename: 'PageInfo', readonly hasNextPage: boolean, readonly hasPreviousPage: boolean, readonly startCursor: string | null, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly __typename: 'StreamSession', readonly coverage: number | null, readonly id: string, readonly startedAt: string, readonly endedAt: string | null, readonly isLive: boolean, readonly title: string | null, readonly category: string | null, readonly language: string | null, readonly durationSeconds: number, readonly peakViewers: number | null, readonly averageViewers: number | null, readonly hoursWatched: number | null, readonly provenance: { readonly __typename: 'SessionProvenance', readonly start: StatusSource, readonly end: StatusSource | null } }> } } | null };

export type SessionRowFragment = { readonly __typename: 'StreamSession', readonly coverage: number | null, readonly id: string, readonly startedAt: string, readonly endedAt: string | null, readonly isLive: boolean, readonly title: string | null, readonly category: string | null, readonly language: string | null, readonly durationSeconds: number, readonly peakViewers: number | null, readonly averageViewers: number | null, readonly hoursWatched: number | null, readonly provenance: { readonly __typename: 'SessionProvenance', readonly start: StatusSource, readonly end: StatusSource | null } };

export type ChannelChartsQueryVariables = Exact<{
  id?: string | null | undefined;
  slug?: string | null | undefined;
  platform?: Platform;
  range: TimeRange;
  bucket?: Bucket;
  maxPoints?: number;
  timezone?: string;
}>;


export type ChannelChartsQuery = { readonly channel: { readonly __typename: 'Channel', readonly id: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly airtime: { readonly __typename: 'Airtime', readonly seconds: number, readonly broadcasts: number }, readonly viewers: { readonly __typename: 'ViewerSeries', readonly meta: { readonly __typename: 'SeriesMeta', readonly from: string, readonly to: string, readonly bucket: Bucket, readonly timezone: string, readonly completeThrough: string, readonly coverage: number }, readonly points: ReadonlyArray<{ readonly __typename: 'ViewerPoint', readonly start: string, readonly end: string, readonly average: number | null, readonly min: number | null, readonly max: number | null, readonly samples: number, readonly partial: boolean }>, readonly summary: { readonly __typename: 'ViewerSummary', readonly average: number | null, readonly peak: number | null, readonly peakAt: string | null, readonly hoursWatched: number, readonly samples: number }, readonly outages: ReadonlyArray<{ readonly __typename: 'Outage', readonly from: string, readonly to: string, readonly reason: string }> }, readonly chatActivity: { readonly __typename: 'ChatSeries', readonly meta: { readonly __typename: 'SeriesMeta', readonly from: string, readonly to: string, readonly bucket: Bucket, readonly timezone: string, readonly completeThrough: string, readonly coverage: number }, readonly points: ReadonlyArray<{ readonly __typename: 'ChatPoint', readonly start: string, readonly end: string, readonly messages: number, readonly chatters: number }> }, readonly follows: { readonly __typename: 'FollowSeries', readonly total: number, readonly meta: { readonly __typename: 'SeriesMeta', readonly from: string, readonly to: string, readonly bucket: Bucket, readonly timezone: string, readonly completeThrough: string, readonly coverage: number }, readonly points: ReadonlyArray<{ readonly __typename: 'FollowPoint', readonly start: string, readonly end: string, readonly follows: number }> }, readonly sessions: { readonly __typename: 'StreamSessionConnection', readonly nodes: ReadonlyArray<{ readonly __typename: 'StreamSession', readonly id: string, readonly startedAt: string, readonly endedAt: string | null, readonly title: string | null, readonly category: string | null, readonly provenance: { readonly __typename: 'SessionProvenance', readonly end: StatusSource | null }, readonly chapters: ReadonlyArray<{ readonly __typename: 'SessionChapter', readonly from: string, readonly until: string | null, readonly title: string | null, readonly category: string | null }> }> }, readonly ends: { readonly __typename: 'StatusEventConnection', readonly nodes: ReadonlyArray<{ readonly __typename: 'StatusEvent', readonly id: string, readonly occurredAt: string, readonly receivedAt: string }> } } | null };

export type EndOfBroadcastFragment = { readonly __typename: 'StatusEvent', readonly id: string, readonly occurredAt: string, readonly receivedAt: string };

export type ChannelHolesQueryVariables = Exact<{
  id: string;
  range: TimeRange;
  asOperator?: boolean;
}>;


export type ChannelHolesQuery = { readonly channel: { readonly __typename: 'Channel', readonly id: string, readonly viewers: { readonly __typename: 'ViewerSeries', readonly outages: ReadonlyArray<{ readonly __typename: 'Outage', readonly from: string, readonly to: string, readonly reason: string, readonly cause: OutageCause, readonly explanation: string, readonly evidence?: { readonly __typename: 'OutageEvidence', readonly place: EvidencePlace, readonly from: string, readonly to: string, readonly platform: Platform | null, readonly failed: boolean | null, readonly side: AuditSide | null, readonly target: string | null } | null }> } } | null };

export type ChannelSessionsQueryVariables = Exact<{
  id: string;
  first?: number;
  after?: string | null | undefined;
  range?: TimeRange | null | undefined;
}>;


export type ChannelSessionsQuery = { readonly channel: { readonly __typename: 'Channel', readonly id: string, readonly sessions: { readonly __typename: 'StreamSessionConnection', readonly pageInfo: { readonly __typename: 'PageInfo', readonly hasNextPage: boolean, readonly hasPreviousPage: boolean, readonly startCursor: string | null, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly __typename: 'StreamSession', readonly coverage: number | null, readonly id: string, readonly startedAt: string, readonly endedAt: string | null, readonly isLive: boolean, readonly title: string | null, readonly category: string | null, readonly language: string | null, readonly durationSeconds: number, readonly peakViewers: number | null, readonly averageViewers: number | null, readonly hoursWatched: number | null, readonly provenance: { readonly __typename: 'SessionProvenance', readonly start: StatusSource, readonly end: StatusSource | null } }> } } | null };

export type ChannelEventsQueryVariables = Exact<{
  id: string;
  first?: number;
  after?: string | null | undefined;
}>;


export type ChannelEventsQuery = { readonly channel: { readonly __typename: 'Channel', readonly id: string, readonly statusEvents: { readonly __typename: 'StatusEventConnection', readonly pageInfo: { readonly __typename: 'PageInfo', readonly hasNextPage: boolean, readonly hasPreviousPage: boolean, readonly startCursor: string | null, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly __typename: 'StatusEvent', readonly id: string, readonly type: StatusEventType, readonly previousStatus: LiveStatus, readonly newStatus: LiveStatus, readonly source: StatusSource, readonly platformEventId: string | null, readonly occurredAt: string, readonly receivedAt: string, readonly processedAt: string }> } } | null };

export type ChannelEventFragment = { readonly __typename: 'StatusEvent', readonly id: string, readonly type: StatusEventType, readonly previousStatus: LiveStatus, readonly newStatus: LiveStatus, readonly source: StatusSource, readonly platformEventId: string | null, readonly occurredAt: string, readonly receivedAt: string, readonly processedAt: string };

export type EventEvidenceQueryVariables = Exact<{
  id: string;
}>;


export type EventEvidenceQuery = { readonly node:
    | { readonly __typename: 'Channel' }
    | { readonly __typename: 'ChatArchive' }
    | { readonly __typename: 'StatusEvent', readonly id: string, readonly data: unknown }
    | { readonly __typename: 'StreamSession' }
    | { readonly __typename: 'Streamer' }
   | null };

export type ChannelMessagesQueryVariables = Exact<{
  id: string;
  range: TimeRange;
  search?: string | null | undefined;
  first?: number;
  after?: string | null | undefined;
}>;


export type ChannelMessagesQuery = { readonly channel: { readonly __typename: 'Channel', readonly id: string, readonly chatMessages: { readonly __typename: 'ChatMessageConnection', readonly pageInfo: { readonly __typename: 'PageInfo', readonly hasNextPage: boolean, readonly hasPreviousPage: boolean, readonly startCursor: string | null, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly __typename: 'ChatMessage', readonly messageId: string, readonly username: string | null, readonly platformUserId: string, readonly content: string, readonly slugAtTheTime: string, readonly createdAt: string }> } } | null };

export type ChannelDeliveriesQueryVariables = Exact<{
  id: string;
  range?: TimeRange | null | undefined;
  first?: number;
  after?: string | null | undefined;
}>;


export type ChannelDeliveriesQuery = { readonly webhookInbox: { readonly __typename: 'WebhookDeliveryConnection', readonly pageInfo: { readonly __typename: 'PageInfo', readonly hasNextPage: boolean, readonly hasPreviousPage: boolean, readonly startCursor: string | null, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly __typename: 'WebhookDelivery', readonly messageId: string, readonly source: string, readonly eventType: string, readonly verified: boolean, readonly outcome: WebhookOutcome, readonly reason: string | null, readonly repeatOf: string | null, readonly leftOut: number, readonly replay: boolean, readonly receivedAt: string, readonly lagMs: number | null, readonly channel: { readonly __typename: 'Channel', readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus } | null }> } };

export type ChannelClaimsQueryVariables = Exact<{
  id: string;
}>;


export type ChannelClaimsQuery = { readonly channel: { readonly __typename: 'Channel', readonly id: string, readonly claims: ReadonlyArray<{ readonly __typename: 'ChannelClaim', readonly verified: boolean, readonly claimedAt: string, readonly streamer: { readonly __typename: 'Streamer', readonly id: string, readonly name: string }, readonly channel: { readonly __typename: 'Channel', readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus } }> } | null };

export type FindStreamersQueryVariables = Exact<{
  search: string;
  first?: number;
}>;


export type FindStreamersQuery = { readonly streamers: { readonly __typename: 'StreamerConnection', readonly nodes: ReadonlyArray<{ readonly __typename: 'Streamer', readonly id: string, readonly name: string }> } };

export type ChannelWatchingQueryVariables = Exact<{
  id: string;
}>;


export type ChannelWatchingQuery = { readonly channel: { readonly __typename: 'Channel', readonly id: string, readonly monitoring: { readonly __typename: 'ChannelMonitoring', readonly trackedSince: string | null, readonly active: boolean, readonly nextProbeAt: string | null, readonly lastProbedAt: string | null, readonly intervalSeconds: number | null, readonly consecutiveFailures: number } | null, readonly eventSubscriptions: ReadonlyArray<{ readonly __typename: 'EventSubscription', readonly id: string, readonly event: string, readonly platformSubscriptionId: string | null, readonly status: string, readonly error: string | null, readonly lastEventAt: string | null, readonly createdAt: string }> } | null };

export type ChannelTrustQueryVariables = Exact<{
  id: string;
  days?: number;
}>;


export type ChannelTrustQuery = { readonly channel: { readonly __typename: 'Channel', readonly id: string, readonly trustScore: { readonly __typename: 'TrustScore', readonly score: number, readonly algorithm: string, readonly computedAt: string, readonly factors: ReadonlyArray<{ readonly __typename: 'TrustFactor', readonly name: string, readonly value: number | null, readonly weight: number, readonly contribution: number, readonly explanation: string }> } | null, readonly trustScoreHistory: ReadonlyArray<{ readonly __typename: 'TrustScorePoint', readonly computedAt: string, readonly score: number }> } | null };

export type ChannelListQueryVariables = Exact<{
  filter?: ChannelFilter | null | undefined;
  orderBy?: ChannelOrder;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
  operator?: boolean;
  searching?: boolean;
}>;


export type ChannelListQuery = { readonly journal: { readonly __typename: 'StatusEventConnection', readonly nodes: ReadonlyArray<{ readonly __typename: 'StatusEvent', readonly id: string, readonly cursor: string }> }, readonly channels: { readonly __typename: 'ChannelConnection', readonly asOf: string, readonly totalCount: number | null, readonly pageInfo: { readonly __typename: 'PageInfo', readonly hasNextPage: boolean, readonly hasPreviousPage: boolean, readonly startCursor: string | null, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly __typename: 'Channel', readonly followerCount: number | null, readonly isBanned: boolean, readonly lastSeenOnlineAt: string | null, readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus, readonly slugHistory?: ReadonlyArray<{ readonly __typename: 'SlugPeriod', readonly slug: string, readonly observedUntil: string | null, readonly isCurrent: boolean }>, readonly monitoring?: { readonly __typename: 'ChannelMonitoring', readonly active: boolean, readonly nextProbeAt: string | null, readonly lastProbedAt: string | null, readonly intervalSeconds: number | null, readonly consecutiveFailures: number } | null, readonly followerTotals: { readonly __typename: 'FactAvailability', readonly available: boolean, readonly reason: string | null }, readonly viewersNow: { readonly __typename: 'ViewersNow', readonly count: number, readonly at: string } | null, readonly currentSession: { readonly __typename: 'StreamSession', readonly id: string, readonly title: string | null, readonly category: string | null, readonly language: string | null, readonly startedAt: string } | null, readonly trustScore: { readonly __typename: 'TrustScore', readonly score: number } | null }> } };

export type ChannelLineFragment = { readonly __typename: 'Channel', readonly followerCount: number | null, readonly isBanned: boolean, readonly lastSeenOnlineAt: string | null, readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus, readonly followerTotals: { readonly __typename: 'FactAvailability', readonly available: boolean, readonly reason: string | null }, readonly viewersNow: { readonly __typename: 'ViewersNow', readonly count: number, readonly at: string } | null, readonly currentSession: { readonly __typename: 'StreamSession', readonly id: string, readonly title: string | null, readonly category: string | null, readonly language: string | null, readonly startedAt: string } | null, readonly trustScore: { readonly __typename: 'TrustScore', readonly score: number } | null };

export type FindChannelQueryVariables = Exact<{
  id?: string | null | undefined;
  slug?: string | null | undefined;
  platformUserId?: string | null | undefined;
  platform?: Platform;
  at?: string | null | undefined;
}>;


export type FindChannelQuery = { readonly channel: { readonly __typename: 'Channel', readonly redirectedFrom: string | null, readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus } | null };

export type FindChannelsQueryVariables = Exact<{
  text: string;
  platform?: Platform | null | undefined;
  first?: number;
}>;


export type FindChannelsQuery = { readonly findChannels: ReadonlyArray<{ readonly __typename: 'ChannelMatch', readonly by: MatchedBy, readonly slug: string | null, readonly until: string | null, readonly channel: { readonly __typename: 'Channel', readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus } }> };

export type NamedChannelQueryVariables = Exact<{
  id: string;
}>;


export type NamedChannelQuery = { readonly channel: { readonly __typename: 'Channel', readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus } | null };

export type ComparePageQueryVariables = Exact<{
  slugs: ReadonlyArray<string>;
  ids: ReadonlyArray<string>;
  range: TimeRange;
  before: TimeRange;
  timezone?: string;
  byStart?: boolean;
  withBefore?: boolean;
  withSlugs?: boolean;
}>;


export type ComparePageQuery = { readonly bySlug?: { readonly __typename: 'ChannelConnection', readonly nodes: ReadonlyArray<{ readonly __typename: 'Channel', readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus, readonly slugHistory: ReadonlyArray<{ readonly __typename: 'SlugPeriod', readonly slug: string }>, readonly airtime?: { readonly __typename: 'Airtime', readonly seconds: number, readonly broadcasts: number }, readonly viewers?: { readonly __typename: 'ViewerSeries', readonly meta: { readonly __typename: 'SeriesMeta', readonly from: string, readonly to: string, readonly bucket: Bucket, readonly timezone: string, readonly completeThrough: string, readonly coverage: number }, readonly points: ReadonlyArray<{ readonly __typename: 'ViewerPoint', readonly start: string, readonly average: number | null }>, readonly summary: { readonly __typename: 'ViewerSummary', readonly average: number | null, readonly peak: number | null, readonly hoursWatched: number }, readonly outages: ReadonlyArray<{ readonly __typename: 'Outage', readonly from: string, readonly to: string, readonly reason: string }> }, readonly airtimeBefore?: { readonly __typename: 'Airtime', readonly seconds: number }, readonly before?: { readonly __typename: 'ViewerSeries', readonly meta: { readonly __typename: 'SeriesMeta', readonly from: string, readonly to: string, readonly bucket: Bucket, readonly timezone: string, readonly completeThrough: string, readonly coverage: number }, readonly points: ReadonlyArray<{ readonly __typename: 'ViewerPoint', readonly start: string, readonly average: number | null }>, readonly summary: { readonly __typename: 'ViewerSummary', readonly average: number | null, readonly peak: number | null, readonly hoursWatched: number }, readonly outages: ReadonlyArray<{ readonly __typename: 'Outage', readonly from: string, readonly to: string, readonly reason: string }> }, readonly sessions?: { readonly __typename: 'StreamSessionConnection', readonly nodes: ReadonlyArray<{ readonly __typename: 'StreamSession', readonly id: string, readonly startedAt: string, readonly endedAt: string | null, readonly durationSeconds: number, readonly coverage: number | null, readonly peakViewers: number | null, readonly averageViewers: number | null, readonly hoursWatched: number | null, readonly timeline: { readonly __typename: 'SessionTimeline', readonly meta: { readonly __typename: 'SeriesMeta', readonly from: string, readonly to: string, readonly bucket: Bucket, readonly timezone: string, readonly completeThrough: string, readonly coverage: number }, readonly points: ReadonlyArray<{ readonly __typename: 'SessionPoint', readonly start: string, readonly viewers: number | null }> } }> } }> }, readonly byId: ReadonlyArray<
    | { readonly __typename: 'Channel', readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus, readonly slugHistory: ReadonlyArray<{ readonly __typename: 'SlugPeriod', readonly slug: string }>, readonly airtime?: { readonly __typename: 'Airtime', readonly seconds: number, readonly broadcasts: number }, readonly viewers?: { readonly __typename: 'ViewerSeries', readonly meta: { readonly __typename: 'SeriesMeta', readonly from: string, readonly to: string, readonly bucket: Bucket, readonly timezone: string, readonly completeThrough: string, readonly coverage: number }, readonly points: ReadonlyArray<{ readonly __typename: 'ViewerPoint', readonly start: string, readonly average: number | null }>, readonly summary: { readonly __typename: 'ViewerSummary', readonly average: number | null, readonly peak: number | null, readonly hoursWatched: number }, readonly outages: ReadonlyArray<{ readonly __typename: 'Outage', readonly from: string, readonly to: string, readonly reason: string }> }, readonly airtimeBefore?: { readonly __typename: 'Airtime', readonly seconds: number }, readonly before?: { readonly __typename: 'ViewerSeries', readonly meta: { readonly __typename: 'SeriesMeta', readonly from: string, readonly to: string, readonly bucket: Bucket, readonly timezone: string, readonly completeThrough: string, readonly coverage: number }, readonly points: ReadonlyArray<{ readonly __typename: 'ViewerPoint', readonly start: string, readonly average: number | null }>, readonly summary: { readonly __typename: 'ViewerSummary', readonly average: number | null, readonly peak: number | null, readonly hoursWatched: number }, readonly outages: ReadonlyArray<{ readonly __typename: 'Outage', readonly from: string, readonly to: string, readonly reason: string }> }, readonly sessions?: { readonly __typename: 'StreamSessionConnection', readonly nodes: ReadonlyArray<{ readonly __typename: 'StreamSession', readonly id: string, readonly startedAt: string, readonly endedAt: string | null, readonly durationSeconds: number, readonly coverage: number | null, readonly peakViewers: number | null, readonly averageViewers: number | null, readonly hoursWatched: number | null, readonly timeline: { readonly __typename: 'SessionTimeline', readonly meta: { readonly __typename: 'SeriesMeta', readonly from: string, readonly to: string, readonly bucket: Bucket, readonly timezone: string, readonly completeThrough: string, readonly coverage: number }, readonly points: ReadonlyArray<{ readonly __typename: 'SessionPoint', readonly start: string, readonly viewers: number | null }> } }> } }
    | { readonly __typename: 'ChatArchive' }
    | { readonly __typename: 'StatusEvent' }
    | { readonly __typename: 'StreamSession' }
    | { readonly __typename: 'Streamer' }
   | null> };

export type ComparedChannelFragment = { readonly __typename: 'Channel', readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus, readonly slugHistory: ReadonlyArray<{ readonly __typename: 'SlugPeriod', readonly slug: string }>, readonly airtime?: { readonly __typename: 'Airtime', readonly seconds: number, readonly broadcasts: number }, readonly viewers?: { readonly __typename: 'ViewerSeries', readonly meta: { readonly __typename: 'SeriesMeta', readonly from: string, readonly to: string, readonly bucket: Bucket, readonly timezone: string, readonly completeThrough: string, readonly coverage: number }, readonly points: ReadonlyArray<{ readonly __typename: 'ViewerPoint', readonly start: string, readonly average: number | null }>, readonly summary: { readonly __typename: 'ViewerSummary', readonly average: number | null, readonly peak: number | null, readonly hoursWatched: number }, readonly outages: ReadonlyArray<{ readonly __typename: 'Outage', readonly from: string, readonly to: string, readonly reason: string }> }, readonly airtimeBefore?: { readonly __typename: 'Airtime', readonly seconds: number }, readonly before?: { readonly __typename: 'ViewerSeries', readonly meta: { readonly __typename: 'SeriesMeta', readonly from: string, readonly to: string, readonly bucket: Bucket, readonly timezone: string, readonly completeThrough: string, readonly coverage: number }, readonly points: ReadonlyArray<{ readonly __typename: 'ViewerPoint', readonly start: string, readonly average: number | null }>, readonly summary: { readonly __typename: 'ViewerSummary', readonly average: number | null, readonly peak: number | null, readonly hoursWatched: number }, readonly outages: ReadonlyArray<{ readonly __typename: 'Outage', readonly from: string, readonly to: string, readonly reason: string }> }, readonly sessions?: { readonly __typename: 'StreamSessionConnection', readonly nodes: ReadonlyArray<{ readonly __typename: 'StreamSession', readonly id: string, readonly startedAt: string, readonly endedAt: string | null, readonly durationSeconds: number, readonly coverage: number | null, readonly peakViewers: number | null, readonly averageViewers: number | null, readonly hoursWatched: number | null, readonly timeline: { readonly __typename: 'SessionTimeline', readonly meta: { readonly __typename: 'SeriesMeta', readonly from: string, readonly to: string, readonly bucket: Bucket, readonly timezone: string, readonly completeThrough: string, readonly coverage: number }, readonly points: ReadonlyArray<{ readonly __typename: 'SessionPoint', readonly start: string, readonly viewers: number | null }> } }> } };

export type ComparedViewersFragment = { readonly __typename: 'ViewerSeries', readonly meta: { readonly __typename: 'SeriesMeta', readonly from: string, readonly to: string, readonly bucket: Bucket, readonly timezone: string, readonly completeThrough: string, readonly coverage: number }, readonly points: ReadonlyArray<{ readonly __typename: 'ViewerPoint', readonly start: string, readonly average: number | null }>, readonly summary: { readonly __typename: 'ViewerSummary', readonly average: number | null, readonly peak: number | null, readonly hoursWatched: number }, readonly outages: ReadonlyArray<{ readonly __typename: 'Outage', readonly from: string, readonly to: string, readonly reason: string }> };

export type SettingsQueryVariables = Exact<{ [key: string]: never; }>;


export type SettingsQuery = { readonly settings: ReadonlyArray<{ readonly __typename: 'Setting', readonly key: string, readonly isKnown: boolean, readonly category: ConfigurationCategory, readonly type: SettingType | null, readonly range: string | null, readonly variable: string | null, readonly default: string | null, readonly value: string | null, readonly source: SettingSource, readonly valueWithoutEntry: string | null, readonly sourceWithoutEntry: SettingSource | null, readonly isSecret: boolean, readonly description: string | null, readonly warnings: ReadonlyArray<string>, readonly version: number | null, readonly updatedAt: string | null, readonly updatedBy: string | null }> };

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
    | { readonly __typename: 'SetConfigurationSuccess', readonly entry: { readonly __typename: 'ConfigurationEntry', readonly key: string, readonly version: number, readonly value: string | null, readonly description: string | null, readonly category: ConfigurationCategory, readonly isEncrypted: boolean, readonly updatedAt: string, readonly updatedBy: string } }
    | { readonly __typename: 'VersionConflict', readonly code: string, readonly message: string, readonly current: { readonly __typename: 'ConfigurationEntry', readonly key: string, readonly version: number, readonly value: string | null, readonly description: string | null, readonly category: ConfigurationCategory, readonly isEncrypted: boolean, readonly updatedAt: string, readonly updatedBy: string } }
   };

export type DeleteConfigurationMutationVariables = Exact<{
  key: string;
}>;


export type DeleteConfigurationMutation = { readonly deleteConfiguration:
    | { readonly __typename: 'DeleteConfigurationSuccess', readonly key: string }
    | { readonly __typename: 'NotFound', readonly code: string, readonly message: string }
   };

export type ErasuresQueryVariables = Exact<{ [key: string]: never; }>;


export type ErasuresQuery = { readonly erasures: ReadonlyArray<{ readonly __typename: 'Erasure', readonly id: string, readonly kind: ErasureKind, readonly requestedAt: string, readonly finishedAt: string | null, readonly messages: string | null, readonly follows: string, readonly waitsFor: string | null }> };

export type EraseChatterMutationVariables = Exact<{
  platform?: Platform;
  platformUserId: string;
}>;


export type EraseChatterMutation = { readonly eraseChatter:
    | { readonly __typename: 'EraseChatterSuccess', readonly messages: string, readonly follows: string }
    | { readonly __typename: 'InvalidInput', readonly argument: string, readonly code: string, readonly message: string }
   };

export type DeleteChannelMutationVariables = Exact<{
  channel: string;
  confirm: string;
}>;


export type DeleteChannelMutation = { readonly deleteChannel:
    | { readonly __typename: 'DeleteChannelSuccess', readonly id: string }
    | { readonly __typename: 'InvalidInput', readonly argument: string, readonly code: string, readonly message: string }
    | { readonly __typename: 'NotFound', readonly code: string, readonly message: string }
   };

export type PageEndsFragment = { readonly __typename: 'PageInfo', readonly hasNextPage: boolean, readonly hasPreviousPage: boolean, readonly startCursor: string | null, readonly endCursor: string | null };

export type ChannelLabelFragment = { readonly __typename: 'Channel', readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus };

export type OnAirFragment = { readonly __typename: 'StreamSession', readonly id: string, readonly title: string | null, readonly category: string | null, readonly language: string | null, readonly startedAt: string };

export type SessionLineFragment = { readonly __typename: 'StreamSession', readonly id: string, readonly startedAt: string, readonly endedAt: string | null, readonly isLive: boolean, readonly title: string | null, readonly category: string | null, readonly language: string | null, readonly durationSeconds: number, readonly peakViewers: number | null, readonly averageViewers: number | null, readonly hoursWatched: number | null };

export type ClaimLineFragment = { readonly __typename: 'ChannelClaim', readonly verified: boolean, readonly claimedAt: string, readonly streamer: { readonly __typename: 'Streamer', readonly id: string, readonly name: string }, readonly channel: { readonly __typename: 'Channel', readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus } };

export type MonitoringStateFragment = { readonly __typename: 'ChannelMonitoring', readonly active: boolean, readonly nextProbeAt: string | null, readonly lastProbedAt: string | null, readonly intervalSeconds: number | null, readonly consecutiveFailures: number };

export type SubscriptionLineFragment = { readonly __typename: 'EventSubscription', readonly id: string, readonly event: string, readonly platformSubscriptionId: string | null, readonly status: string, readonly error: string | null, readonly lastEventAt: string | null, readonly createdAt: string };

export type SeriesFrameFragment = { readonly __typename: 'SeriesMeta', readonly from: string, readonly to: string, readonly bucket: Bucket, readonly timezone: string, readonly completeThrough: string, readonly coverage: number };

export type DeliveryLineFragment = { readonly __typename: 'WebhookDelivery', readonly messageId: string, readonly source: string, readonly eventType: string, readonly verified: boolean, readonly outcome: WebhookOutcome, readonly reason: string | null, readonly repeatOf: string | null, readonly leftOut: number, readonly replay: boolean, readonly receivedAt: string, readonly lagMs: number | null, readonly channel: { readonly __typename: 'Channel', readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus } | null };

export type KeyLineFragment = { readonly __typename: 'ApiKey', readonly id: string, readonly name: string, readonly role: Role, readonly createdAt: string, readonly createdBy: string, readonly lastUsedAt: string | null, readonly expiresAt: string | null, readonly revokedAt: string | null };

export type EntryLineFragment = { readonly __typename: 'ConfigurationEntry', readonly key: string, readonly version: number, readonly value: string | null, readonly description: string | null, readonly category: ConfigurationCategory, readonly isEncrypted: boolean, readonly updatedAt: string, readonly updatedBy: string };

type ProblemText_AlertRuleConflict_Fragment = { readonly __typename: 'AlertRuleConflict', readonly code: string, readonly message: string };

type ProblemText_AlertTargetConflict_Fragment = { readonly __typename: 'AlertTargetConflict', readonly code: string, readonly message: string };

type ProblemText_AlreadyVerified_Fragment = { readonly __typename: 'AlreadyVerified', readonly code: string, readonly message: string };

type ProblemText_InvalidInput_Fragment = { readonly __typename: 'InvalidInput', readonly code: string, readonly message: string };

type ProblemText_JobFailed_Fragment = { readonly __typename: 'JobFailed', readonly code: string, readonly message: string };

type ProblemText_NotFound_Fragment = { readonly __typename: 'NotFound', readonly code: string, readonly message: string };

type ProblemText_NotOnPlatform_Fragment = { readonly __typename: 'NotOnPlatform', readonly code: string, readonly message: string };

type ProblemText_PlatformUnavailable_Fragment = { readonly __typename: 'PlatformUnavailable', readonly code: string, readonly message: string };

type ProblemText_VersionConflict_Fragment = { readonly __typename: 'VersionConflict', readonly code: string, readonly message: string };

export type ProblemTextFragment =
  | ProblemText_AlertRuleConflict_Fragment
  | ProblemText_AlertTargetConflict_Fragment
  | ProblemText_AlreadyVerified_Fragment
  | ProblemText_InvalidInput_Fragment
  | ProblemText_JobFailed_Fragment
  | ProblemText_NotFound_Fragment
  | ProblemText_NotOnPlatform_Fragment
  | ProblemText_PlatformUnavailable_Fragment
  | ProblemText_VersionConflict_Fragment
;

export type LivePageQueryVariables = Exact<{
  first?: number;
  platform?: Platform | null | undefined;
  category?: string | null | undefined;
  language?: string | null | undefined;
}>;


export type LivePageQuery = { readonly journal: { readonly __typename: 'StatusEventConnection', readonly nodes: ReadonlyArray<{ readonly __typename: 'StatusEvent', readonly id: string, readonly cursor: string }> }, readonly live: { readonly __typename: 'ChannelConnection', readonly asOf: string, readonly totalCount: number | null, readonly nodes: ReadonlyArray<{ readonly __typename: 'Channel', readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus, readonly viewersNow: { readonly __typename: 'ViewersNow', readonly count: number, readonly at: string } | null, readonly currentSession: { readonly __typename: 'StreamSession', readonly id: string, readonly title: string | null, readonly category: string | null, readonly language: string | null, readonly startedAt: string } | null }> } };

export type LiveTotalsQueryVariables = Exact<{ [key: string]: never; }>;


export type LiveTotalsQuery = { readonly totals: { readonly __typename: 'TotalsSeries', readonly meta: { readonly __typename: 'SeriesMeta', readonly from: string, readonly to: string, readonly bucket: Bucket, readonly timezone: string, readonly completeThrough: string, readonly coverage: number }, readonly points: ReadonlyArray<{ readonly __typename: 'TotalsPoint', readonly start: string, readonly end: string, readonly liveChannels: number | null, readonly viewers: number | null, readonly messages: number, readonly observedChannels: number, readonly partial: boolean }> } };

export type LastHourQueryVariables = Exact<{
  ids: ReadonlyArray<string>;
}>;


export type LastHourQuery = { readonly nodes: ReadonlyArray<
    | { readonly __typename: 'Channel', readonly id: string, readonly viewers: { readonly __typename: 'ViewerSeries', readonly points: ReadonlyArray<{ readonly __typename: 'ViewerPoint', readonly start: string, readonly average: number | null }> } }
    | { readonly __typename: 'ChatArchive' }
    | { readonly __typename: 'StatusEvent' }
    | { readonly __typename: 'StreamSession' }
    | { readonly __typename: 'Streamer' }
   | null> };

export type AnyChannelQueryVariables = Exact<{ [key: string]: never; }>;


export type AnyChannelQuery = { readonly channels: { readonly __typename: 'ChannelConnection', readonly nodes: ReadonlyArray<{ readonly __typename: 'Channel', readonly id: string }> } };

export type LiveStatusSubscriptionVariables = Exact<{
  ids?: ReadonlyArray<string> | null | undefined;
  after?: string | null | undefined;
}>;


export type LiveStatusSubscription = { readonly channelStatus:
    | { readonly __typename: 'StatusChange', readonly cursor: string, readonly event: { readonly __typename: 'StatusEvent', readonly id: string, readonly type: StatusEventType, readonly newStatus: LiveStatus, readonly occurredAt: string }, readonly channel: { readonly __typename: 'Channel', readonly lastSeenOnlineAt: string | null, readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus, readonly viewersNow: { readonly __typename: 'ViewersNow', readonly count: number, readonly at: string } | null }, readonly session: { readonly __typename: 'StreamSession', readonly id: string, readonly title: string | null, readonly category: string | null, readonly language: string | null, readonly startedAt: string } | null }
    | { readonly __typename: 'StatusGap', readonly cursor: string, readonly reason: string }
    | { readonly __typename: 'StatusSnapshot', readonly cursor: string, readonly status: LiveStatus, readonly channel: { readonly __typename: 'Channel', readonly id: string }, readonly session: { readonly __typename: 'StreamSession', readonly id: string, readonly title: string | null, readonly category: string | null, readonly language: string | null, readonly startedAt: string } | null }
   };

export type LiveViewersSubscriptionVariables = Exact<{
  ids?: ReadonlyArray<string> | null | undefined;
}>;


export type LiveViewersSubscription = { readonly viewerCount: { readonly __typename: 'ViewerSample', readonly viewers: number | null, readonly at: string, readonly channel: { readonly __typename: 'Channel', readonly id: string } } };

export type LiveTitlesSubscriptionVariables = Exact<{
  ids?: ReadonlyArray<string> | null | undefined;
  after?: string | null | undefined;
}>;


export type LiveTitlesSubscription = { readonly sessionChapters:
    | { readonly __typename: 'SessionChapterChange', readonly cursor: string, readonly channel: { readonly __typename: 'Channel', readonly id: string }, readonly session: { readonly __typename: 'StreamSession', readonly id: string, readonly title: string | null, readonly category: string | null, readonly language: string | null, readonly startedAt: string } }
    | { readonly __typename: 'StatusGap', readonly cursor: string, readonly reason: string }
   };

export type LiveChatSubscriptionVariables = Exact<{
  id: string;
}>;


export type LiveChatSubscription = { readonly chat: { readonly __typename: 'ChatMessage', readonly messageId: string, readonly username: string | null, readonly platformUserId: string, readonly content: string, readonly createdAt: string } };

export type MeQueryVariables = Exact<{ [key: string]: never; }>;


export type MeQuery = { readonly me: { readonly __typename: 'Me', readonly role: Role, readonly name: string | null, readonly subject: string | null } };

export type TrackChannelMutationVariables = Exact<{
  platform?: Platform;
  slug: string;
}>;


export type TrackChannelMutation = { readonly trackChannel:
    | { readonly __typename: 'InvalidInput', readonly argument: string, readonly code: string, readonly message: string }
    | { readonly __typename: 'NotOnPlatform', readonly code: string, readonly message: string }
    | { readonly __typename: 'PlatformUnavailable', readonly retryAfterSeconds: number | null, readonly code: string, readonly message: string }
    | { readonly __typename: 'TrackChannelSuccess', readonly created: boolean, readonly channel: { readonly __typename: 'Channel', readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus } }
   };

export type SetMonitoringMutationVariables = Exact<{
  channel: string;
  active: boolean;
}>;


export type SetMonitoringMutation = { readonly setMonitoring:
    | { readonly __typename: 'NotFound', readonly code: string, readonly message: string }
    | { readonly __typename: 'SetMonitoringSuccess', readonly channel: { readonly __typename: 'Channel', readonly id: string, readonly monitoring: { readonly __typename: 'ChannelMonitoring', readonly active: boolean, readonly nextProbeAt: string | null, readonly lastProbedAt: string | null, readonly intervalSeconds: number | null, readonly consecutiveFailures: number } | null } }
   };

export type OperationsQueryVariables = Exact<{ [key: string]: never; }>;


export type OperationsQuery = { readonly operations: { readonly __typename: 'Operations', readonly state: OperationsState, readonly verdict: string, readonly problems: ReadonlyArray<{ readonly __typename: 'OperationsProblem', readonly kind: OperationsProblemKind, readonly state: OperationsState, readonly sentence: string, readonly since: string | null }>, readonly polling: ReadonlyArray<{ readonly __typename: 'PlatformPolling', readonly platform: Platform, readonly isOn: boolean, readonly intervalSeconds: number, readonly watched: number | null, readonly due: number | null, readonly probedLastMinute: number | null, readonly failing: number | null, readonly latenessSeconds: number | null, readonly oldestDueAt: string | null, readonly lastProbedAt: string | null, readonly isLate: boolean | null }>, readonly nodes: ReadonlyArray<{ readonly __typename: 'OperationsNode', readonly name: string, readonly isThis: boolean, readonly seenAt: string, readonly isSilent: boolean, readonly waitingSince: string | null, readonly version: string | null, readonly startedAt: string | null, readonly workers: ReadonlyArray<string> | null, readonly spool: { readonly __typename: 'OperationsSpool', readonly rows: number, readonly bytes: string, readonly maxBytes: string, readonly deadLetters: number, readonly tables: ReadonlyArray<{ readonly __typename: 'SpoolTable', readonly target: string, readonly rows: number, readonly bytes: string, readonly oldestAt: string | null, readonly shippedRows: string, readonly lastShippedAt: string | null, readonly failures: number, readonly lastFailedAt: string | null }> } | null }>, readonly stores: ReadonlyArray<{ readonly __typename: 'OperationsStore', readonly name: OperationsStoreName, readonly ok: boolean, readonly sentence: string | null, readonly latencyMs: number }>, readonly jobs: ReadonlyArray<{ readonly __typename: 'OperationsJob', readonly name: string, readonly description: string, readonly cron: string, readonly nextRunAt: string | null, readonly isRunning: boolean | null, readonly runningSince: string | null, readonly lastRun: { readonly __typename: 'JobRun', readonly startedAt: string, readonly finishedAt: string | null, readonly outcome: JobOutcome, readonly text: string | null } | null }>, readonly budgets: ReadonlyArray<{ readonly __typename: 'RequestBudget', readonly platform: Platform, readonly requestsPerSecond: number, readonly usedLastMinute: number, readonly pausedUntil: string | null }>, readonly losses: ReadonlyArray<{ readonly __typename: 'KnownLoss', readonly source: string, readonly target: string, readonly from: string, readonly to: string, readonly rows: string | null, readonly reason: string, readonly foundAt: string | null, readonly acceptedAt: string | null }>, readonly archive: { readonly __typename: 'ChatArchiveState', readonly lagSeconds: number | null, readonly alarmSeconds: number } } };

export type OperationsStateQueryVariables = Exact<{ [key: string]: never; }>;


export type OperationsStateQuery = { readonly operations: { readonly __typename: 'Operations', readonly state: OperationsState, readonly verdict: string } };

export type NodeLineFragment = { readonly __typename: 'OperationsNode', readonly name: string, readonly isThis: boolean, readonly seenAt: string, readonly isSilent: boolean, readonly waitingSince: string | null, readonly version: string | null, readonly startedAt: string | null, readonly workers: ReadonlyArray<string> | null, readonly spool: { readonly __typename: 'OperationsSpool', readonly rows: number, readonly bytes: string, readonly maxBytes: string, readonly deadLetters: number, readonly tables: ReadonlyArray<{ readonly __typename: 'SpoolTable', readonly target: string, readonly rows: number, readonly bytes: string, readonly oldestAt: string | null, readonly shippedRows: string, readonly lastShippedAt: string | null, readonly failures: number, readonly lastFailedAt: string | null }> } | null };

export type JobLineFragment = { readonly __typename: 'OperationsJob', readonly name: string, readonly description: string, readonly cron: string, readonly nextRunAt: string | null, readonly isRunning: boolean | null, readonly runningSince: string | null, readonly lastRun: { readonly __typename: 'JobRun', readonly startedAt: string, readonly finishedAt: string | null, readonly outcome: JobOutcome, readonly text: string | null } | null };

export type RunJobMutationVariables = Exact<{
  name: string;
}>;


export type RunJobMutation = { readonly runJob:
    | { readonly __typename: 'JobFailed', readonly code: string, readonly message: string }
    | { readonly __typename: 'NotFound', readonly code: string, readonly message: string }
    | { readonly __typename: 'RunJobSuccess', readonly hasEnded: boolean, readonly job: { readonly __typename: 'OperationsJob', readonly name: string, readonly description: string, readonly cron: string, readonly nextRunAt: string | null, readonly isRunning: boolean | null, readonly runningSince: string | null, readonly lastRun: { readonly __typename: 'JobRun', readonly startedAt: string, readonly finishedAt: string | null, readonly outcome: JobOutcome, readonly text: string | null } | null } }
   };

export type VerifyArchiveMutationVariables = Exact<{
  id: string;
}>;


export type VerifyArchiveMutation = { readonly verifyArchive:
    | { readonly __typename: 'InvalidInput', readonly argument: string, readonly code: string, readonly message: string }
    | { readonly __typename: 'NotFound', readonly code: string, readonly message: string }
    | { readonly __typename: 'VerifyArchiveSuccess', readonly sentence: string, readonly archive: { readonly __typename: 'ChatArchive', readonly id: string }, readonly verdict: { readonly __typename: 'ArchiveVerdict', readonly isIntact: boolean, readonly objects: number, readonly rows: string, readonly bytes: string, readonly problems: ReadonlyArray<string> } | null }
   };

export type LostLatelyQueryVariables = Exact<{ [key: string]: never; }>;


export type LostLatelyQuery = { readonly webhookStatistics: { readonly __typename: 'WebhookStatistics', readonly total: { readonly __typename: 'WebhookTotal', readonly expected: number, readonly untold: number } } };

export type SetUpPlatformsQueryVariables = Exact<{ [key: string]: never; }>;


export type SetUpPlatformsQuery = { readonly operations: { readonly __typename: 'Operations', readonly budgets: ReadonlyArray<{ readonly __typename: 'RequestBudget', readonly platform: Platform }> } };

export type SessionPageQueryVariables = Exact<{
  id: string;
  bucket?: Bucket;
  maxPoints?: number;
}>;


export type SessionPageQuery = { readonly streamSession: { readonly __typename: 'StreamSession', readonly isMature: boolean | null, readonly peakAt: string | null, readonly coverage: number | null, readonly messages: number | null, readonly chatters: number | null, readonly follows: number | null, readonly id: string, readonly startedAt: string, readonly endedAt: string | null, readonly isLive: boolean, readonly title: string | null, readonly category: string | null, readonly language: string | null, readonly durationSeconds: number, readonly peakViewers: number | null, readonly averageViewers: number | null, readonly hoursWatched: number | null, readonly viewersNow: { readonly __typename: 'ViewersNow', readonly count: number, readonly at: string } | null, readonly provenance: { readonly __typename: 'SessionProvenance', readonly start: StatusSource, readonly end: StatusSource | null }, readonly chapters: ReadonlyArray<{ readonly __typename: 'SessionChapter', readonly from: string, readonly until: string | null, readonly title: string | null, readonly category: string | null, readonly language: string | null, readonly isMature: boolean | null, readonly source: StatusSource }>, readonly channel: { readonly __typename: 'Channel', readonly externalId: string, readonly platformUserId: string, readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus }, readonly timeline: { readonly __typename: 'SessionTimeline', readonly meta: { readonly __typename: 'SeriesMeta', readonly from: string, readonly to: string, readonly bucket: Bucket, readonly timezone: string, readonly completeThrough: string, readonly coverage: number }, readonly points: ReadonlyArray<{ readonly __typename: 'SessionPoint', readonly start: string, readonly end: string, readonly viewers: number | null, readonly messages: number, readonly chatters: number, readonly follows: number }> } } | null };

export type SessionEndQueryVariables = Exact<{
  channel: string;
  range: TimeRange;
}>;


export type SessionEndQuery = { readonly channel: { readonly __typename: 'Channel', readonly id: string, readonly statusEvents: { readonly __typename: 'StatusEventConnection', readonly nodes: ReadonlyArray<{ readonly __typename: 'StatusEvent', readonly id: string, readonly occurredAt: string, readonly receivedAt: string }> } } | null };

export type SessionChaptersSubscriptionVariables = Exact<{
  ids: ReadonlyArray<string>;
  after?: string | null | undefined;
}>;


export type SessionChaptersSubscription = { readonly sessionChapters:
    | { readonly __typename: 'SessionChapterChange', readonly cursor: string, readonly session: { readonly __typename: 'StreamSession', readonly id: string } }
    | { readonly __typename: 'StatusGap', readonly cursor: string, readonly reason: string }
   };

export type StreamerListQueryVariables = Exact<{
  search?: string | null | undefined;
  first?: number;
  after?: string | null | undefined;
}>;


export type StreamerListQuery = { readonly streamers: { readonly __typename: 'StreamerConnection', readonly pageInfo: { readonly __typename: 'PageInfo', readonly hasNextPage: boolean, readonly hasPreviousPage: boolean, readonly startCursor: string | null, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly __typename: 'Streamer', readonly id: string, readonly name: string, readonly createdAt: string, readonly claims: ReadonlyArray<{ readonly __typename: 'ChannelClaim', readonly verified: boolean, readonly claimedAt: string, readonly streamer: { readonly __typename: 'Streamer', readonly id: string, readonly name: string }, readonly channel: { readonly __typename: 'Channel', readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus } }> }> } };

export type StreamerPageQueryVariables = Exact<{
  id: string;
}>;


export type StreamerPageQuery = { readonly streamer: { readonly __typename: 'Streamer', readonly id: string, readonly name: string, readonly createdAt: string, readonly claims: ReadonlyArray<{ readonly __typename: 'ChannelClaim', readonly verified: boolean, readonly claimedAt: string, readonly streamer: { readonly __typename: 'Streamer', readonly id: string, readonly name: string }, readonly channel: { readonly __typename: 'Channel', readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus } }> } | null };

export type CreateStreamerMutationVariables = Exact<{
  name: string;
}>;


export type CreateStreamerMutation = { readonly createStreamer:
    | { readonly __typename: 'CreateStreamerSuccess', readonly streamer: { readonly __typename: 'Streamer', readonly id: string, readonly name: string, readonly createdAt: string } }
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
    | { readonly __typename: 'ClaimChannelSuccess', readonly claim: { readonly __typename: 'ChannelClaim', readonly verified: boolean, readonly claimedAt: string, readonly streamer: { readonly __typename: 'Streamer', readonly id: string, readonly name: string }, readonly channel: { readonly __typename: 'Channel', readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus } } }
    | { readonly __typename: 'NotFound', readonly code: string, readonly message: string }
   };

export type VerifyClaimMutationVariables = Exact<{
  streamer: string;
  channel: string;
}>;


export type VerifyClaimMutation = { readonly verifyClaim:
    | { readonly __typename: 'AlreadyVerified', readonly code: string, readonly message: string, readonly holder: { readonly __typename: 'Streamer', readonly id: string, readonly name: string } }
    | { readonly __typename: 'NotFound', readonly code: string, readonly message: string }
    | { readonly __typename: 'VerifyClaimSuccess', readonly claim: { readonly __typename: 'ChannelClaim', readonly verified: boolean, readonly claimedAt: string, readonly streamer: { readonly __typename: 'Streamer', readonly id: string, readonly name: string }, readonly channel: { readonly __typename: 'Channel', readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus } } }
   };

export type ReleaseClaimMutationVariables = Exact<{
  streamer: string;
  channel: string;
}>;


export type ReleaseClaimMutation = { readonly releaseClaim:
    | { readonly __typename: 'NotFound', readonly code: string, readonly message: string }
    | { readonly __typename: 'ReleaseClaimSuccess', readonly streamer: { readonly __typename: 'Streamer', readonly id: string }, readonly channel: { readonly __typename: 'Channel', readonly id: string } }
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
  channel?: string | null | undefined;
  eventType?: string | null | undefined;
  verified?: boolean | null | undefined;
  outcomes?: ReadonlyArray<WebhookOutcome> | null | undefined;
  first?: number;
  after?: string | null | undefined;
}>;


export type WebhookInboxQuery = { readonly webhookInbox: { readonly __typename: 'WebhookDeliveryConnection', readonly pageInfo: { readonly __typename: 'PageInfo', readonly hasNextPage: boolean, readonly hasPreviousPage: boolean, readonly startCursor: string | null, readonly endCursor: string | null }, readonly edges: ReadonlyArray<{ readonly __typename: 'WebhookDeliveryEdge', readonly cursor: string, readonly node: { readonly __typename: 'WebhookDelivery', readonly messageId: string, readonly source: string, readonly eventType: string, readonly verified: boolean, readonly outcome: WebhookOutcome, readonly reason: string | null, readonly repeatOf: string | null, readonly leftOut: number, readonly replay: boolean, readonly receivedAt: string, readonly lagMs: number | null, readonly channel: { readonly __typename: 'Channel', readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus } | null } }> } };

export type DeliveryEffectQueryVariables = Exact<{
  channel: string;
  range: TimeRange;
  at: string;
}>;


export type DeliveryEffectQuery = { readonly channel: { readonly __typename: 'Channel', readonly id: string, readonly statusEvents: { readonly __typename: 'StatusEventConnection', readonly nodes: ReadonlyArray<{ readonly __typename: 'StatusEvent', readonly id: string, readonly type: StatusEventType, readonly occurredAt: string, readonly platformEventId: string | null }> }, readonly asOf: { readonly __typename: 'ChannelMoment', readonly session: { readonly __typename: 'StreamSession', readonly id: string, readonly title: string | null, readonly startedAt: string } | null } } | null };

export type WebhookDeliveryQueryVariables = Exact<{
  messageId: string;
  receivedAt?: string | null | undefined;
}>;


export type WebhookDeliveryQuery = { readonly webhookDelivery: { readonly __typename: 'WebhookDelivery', readonly channelUserId: string | null, readonly payload: unknown, readonly messageId: string, readonly source: string, readonly eventType: string, readonly verified: boolean, readonly outcome: WebhookOutcome, readonly reason: string | null, readonly repeatOf: string | null, readonly leftOut: number, readonly replay: boolean, readonly receivedAt: string, readonly lagMs: number | null, readonly headers: ReadonlyArray<{ readonly __typename: 'WebhookHeader', readonly name: string, readonly value: string }> | null, readonly channel: { readonly __typename: 'Channel', readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus } | null } | null };

export type ReplayWebhookMutationVariables = Exact<{
  messageId: string;
}>;


export type ReplayWebhookMutation = { readonly replayWebhook:
    | { readonly __typename: 'NotFound', readonly code: string, readonly message: string }
    | { readonly __typename: 'ReplayWebhookSuccess', readonly delivery: { readonly __typename: 'WebhookDelivery', readonly messageId: string, readonly outcome: WebhookOutcome, readonly reason: string | null, readonly receivedAt: string } }
   };

export type WebhookStatisticsQueryVariables = Exact<{
  range: TimeRange;
  channel?: string | null | undefined;
  eventType?: string | null | undefined;
}>;


export type WebhookStatisticsQuery = { readonly webhookStatistics: { readonly __typename: 'WebhookStatistics', readonly keptSince: string | null, readonly meta: { readonly __typename: 'SeriesMeta', readonly from: string, readonly to: string, readonly bucket: Bucket, readonly timezone: string, readonly completeThrough: string, readonly coverage: number }, readonly total: { readonly __typename: 'WebhookTotal', readonly received: number, readonly leftOut: number, readonly expected: number, readonly untold: number, readonly outcomes: ReadonlyArray<{ readonly __typename: 'WebhookOutcomeCount', readonly outcome: WebhookOutcome, readonly count: number }>, readonly lag: { readonly __typename: 'WebhookLag', readonly p50: number, readonly p95: number, readonly max: number } | null }, readonly points: ReadonlyArray<{ readonly __typename: 'WebhookPoint', readonly start: string, readonly end: string, readonly outcomes: ReadonlyArray<{ readonly __typename: 'WebhookOutcomeCount', readonly outcome: WebhookOutcome, readonly count: number }> }>, readonly byType: ReadonlyArray<{ readonly __typename: 'WebhookTypeTotal', readonly source: string, readonly eventType: string | null, readonly lastAt: string | null, readonly received: number, readonly expected: number, readonly untold: number }>, readonly outages: ReadonlyArray<{ readonly __typename: 'Outage', readonly from: string, readonly to: string, readonly reason: string }> } };

export type LostDeliveriesQueryVariables = Exact<{
  range: TimeRange;
  channel?: string | null | undefined;
  eventType?: string | null | undefined;
  first?: number;
  after?: string | null | undefined;
}>;


export type LostDeliveriesQuery = { readonly lostDeliveries: { readonly __typename: 'LostDeliveryConnection', readonly pageInfo: { readonly __typename: 'PageInfo', readonly hasNextPage: boolean, readonly hasPreviousPage: boolean, readonly startCursor: string | null, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly __typename: 'LostDelivery', readonly change: StatusEventType, readonly eventType: string, readonly occurredAt: string, readonly noticedAt: string, readonly noticedBy: StatusSource, readonly channel: { readonly __typename: 'Channel', readonly id: string, readonly channelId: string, readonly platform: Platform, readonly slug: string | null, readonly displayName: string | null, readonly avatarUrl: string | null, readonly status: LiveStatus }, readonly session: { readonly __typename: 'StreamSession', readonly id: string, readonly title: string | null } | null }> } };
