import { type Operations, operationsOf } from '../resolvers/operations.ts'
import type { Polling } from '../resolvers/operations-parts.ts'
import { type OperationsProblem, stateOf, verdictOf } from '../resolvers/operations-problems.ts'
import type { LossSeen, RequestBudget, StoreLook } from '../resolvers/operations-source.ts'
import { builder } from './builder.ts'
import { PlatformEnum } from './enums.ts'
import { JobType } from './operations-jobs.ts'
import { OperationsNodeType } from './operations-nodes.ts'

const operator = { authScopes: { operator: true } } as const

const StateEnum = builder.enumType('OperationsState', {
  values: {
    WELL: { value: 'well', description: 'Nothing is wrong.' },
    DEGRADED: { value: 'degraded', description: 'It does its work, and something needs a look.' },
    FAILING: { value: 'failing', description: 'A part of its work is not done now.' },
  } as const,
})

const ProblemKindEnum = builder.enumType('OperationsProblemKind', {
  values: {
    STORE: { value: 'store', description: 'A store does not answer or is not as it must be.' },
    JOURNAL: { value: 'journal', description: 'Status events are not followed, so nothing is pushed.' },
    POLLING: { value: 'polling', description: 'Channels are probed late, or not at all.' },
    NODE: { value: 'node', description: 'A node says nothing any more.' },
    SHIPPING: { value: 'shipping', description: 'Rows wait on a disk because ClickHouse does not take them.' },
    LOSS: { value: 'loss', description: 'Rows are lost, and nobody has accepted that.' },
    JOB: { value: 'job', description: 'The latest run of a job failed.' },
    ARCHIVE: { value: 'archive', description: 'The archive of chat is behind.' },
    OTHER: { value: 'other', description: 'Anything else that `/ready` of this process calls degraded.' },
  } as const,
})

const StoreNameEnum = builder.enumType('OperationsStoreName', {
  values: {
    POSTGRES: { value: 'postgres', description: 'Postgres, where one database holds both sides.' },
    POSTGRES_DM: { value: 'postgres-dm', description: 'The Postgres of what is observed.' },
    POSTGRES_PUBLIC: { value: 'postgres-public', description: 'The Postgres of this environment.' },
    CLICKHOUSE: { value: 'clickhouse', description: 'ClickHouse.' },
    OBJECTS: { value: 'objects', description: 'The bucket or folder of archives.' },
    SPOOL: { value: 'spool', description: 'The disk on which this process keeps rows until ClickHouse has them.' },
    JOURNAL: { value: 'journal', description: 'The journal of status events, as this process follows it.' },
  } as const,
})

const ProblemType = builder.objectRef<OperationsProblem>('OperationsProblem').implement({
  description: 'Something that is wrong.',
  ...operator,
  fields: (t) => ({
    kind: t.expose('kind', { type: ProblemKindEnum }),
    state: t.expose('state', { type: StateEnum, description: 'How bad it is; never WELL.' }),
    sentence: t.exposeString('sentence', { description: 'What is wrong, for people. It holds no secret.' }),
    since: t.expose('since', { type: 'DateTime', nullable: true, description: 'Null where that is not known.' }),
  }),
})

const PollingType = builder.objectRef<Polling>('PlatformPolling').implement({
  description:
    'How the channels of a platform are probed, by all nodes together. The counts are null while the database does not answer.',
  ...operator,
  fields: (t) => ({
    platform: t.expose('platform', { type: PlatformEnum }),
    isOn: t.exposeBoolean('isOn', { description: 'Whether the setting lets it be polled.' }),
    intervalSeconds: t.exposeInt('intervalSeconds', {
      description: 'Seconds between probes of a live channel. Others are probed less often.',
    }),
    watched: t.exposeInt('watched', { nullable: true, description: 'Tracked channels. Null: see PlatformPolling.' }),
    due: t.exposeInt('due', {
      nullable: true,
      description: 'Channels whose next probe is due now, also those that are being asked. Null: see PlatformPolling.',
    }),
    probedLastMinute: t.exposeInt('probedLastMinute', {
      nullable: true,
      description: 'Channels whose latest probe was in the last minute. Null: see PlatformPolling.',
    }),
    failing: t.exposeInt('failing', {
      nullable: true,
      description: 'Channels whose latest attempt gave no answer. Null: see PlatformPolling.',
    }),
    latenessSeconds: t.exposeFloat('latenessSeconds', {
      nullable: true,
      description: 'How late the most overdue channel is; 0 when none is. Null: see PlatformPolling.',
    }),
    oldestDueAt: t.expose('oldestDueAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the most overdue probe was due; null where none is.',
    }),
    lastProbedAt: t.expose('lastProbedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'The latest successful probe; null before the first.',
    }),
    isLate: t.exposeBoolean('isLate', {
      nullable: true,
      description: 'Whether that is later than `/ready` allows. Null: see PlatformPolling.',
    }),
  }),
})

const StoreType = builder.objectRef<StoreLook>('OperationsStore').implement({
  description: 'A store as this process reaches it.',
  ...operator,
  fields: (t) => ({
    name: t.expose('part', { type: StoreNameEnum }),
    ok: t.boolean({ description: 'Whether it does its work.', resolve: ({ sentence }) => sentence === null }),
    sentence: t.exposeString('sentence', { nullable: true, description: 'What is wrong; null where nothing is.' }),
    latencyMs: t.exposeFloat('latencyMs', {
      description: 'How long its answer took, at most two seconds. That of objects may be five seconds old.',
    }),
  }),
})

const BudgetType = builder.objectRef<RequestBudget>('RequestBudget').implement({
  description: 'What this process may ask of a platform that it is set up for. Every node has a budget of its own.',
  ...operator,
  fields: (t) => ({
    platform: t.expose('platform', { type: PlatformEnum }),
    requestsPerSecond: t.exposeFloat('requestsPerSecond', { description: 'The most that is sent.' }),
    usedLastMinute: t.exposeInt('usedLastMinute', { description: 'Requests that were sent in the last minute.' }),
    pausedUntil: t.expose('pausedUntil', {
      type: 'DateTime',
      nullable: true,
      description:
        'Until when nothing is sent, because the platform wants fewer requests or fails; null while requests are sent.',
    }),
  }),
})

const LossType = builder.objectRef<LossSeen>('KnownLoss').implement({
  description: 'Rows that were kept here once and are lost.',
  ...operator,
  fields: (t) => ({
    source: t.exposeString('source', { description: 'What lost them: clickhouse or spool.' }),
    target: t.exposeString('target', { description: 'The table or queue that they were in or for.' }),
    from: t.expose('from', { type: 'DateTime', description: 'The first instant that one of them can have.' }),
    to: t.expose('to', { type: 'DateTime', description: 'The end of these instants.' }),
    rows: t.field({
      type: 'BigInt',
      nullable: true,
      description: 'How many; null where that is not known.',
      resolve: ({ rows }) => (rows === null ? null : BigInt(rows)),
    }),
    reason: t.exposeString('sentence', { description: 'What happened, one sentence.' }),
    foundAt: t.expose('foundAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Null for the moment between finding and storing it.',
    }),
    acceptedAt: t.expose('acceptedAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When an operator decided that it will not be repaired; null until then, and until then it is a problem.',
    }),
  }),
})

const ArchiveStateType = builder
  .objectRef<{ lagSeconds: number | null; alarmSeconds: number }>('ChatArchiveState')
  .implement({
    description: 'How far the archive of chat has come. Its hours are in chatArchives.',
    ...operator,
    fields: (t) => ({
      lagSeconds: t.exposeFloat('lagSeconds', {
        nullable: true,
        description:
          'Time since the arrival up to which all chat is archived, about two hours when all is well. Null until there was something to archive.',
      }),
      alarmSeconds: t.exposeFloat('alarmSeconds', { description: 'The lag at which to act.' }),
    }),
  })

const OperationsType = builder.objectRef<Operations>('Operations').implement({
  description: 'The state of the whole system in one look.',
  ...operator,
  fields: (t) => ({
    state: t.field({ type: StateEnum, resolve: async ({ problems }) => stateOf(await problems()) }),
    verdict: t.string({
      description: 'Whether everything is being watched and whether anything is wrong, for people.',
      resolve: async ({ problems, polling, source }) =>
        verdictOf(await problems(), await polling(), source.budgets().length > 0),
    }),
    problems: t.field({
      type: [ProblemType],
      description: 'What is wrong, the worst first; empty when all is well.',
      resolve: ({ problems }) => problems(),
    }),
    polling: t.field({
      type: [PollingType],
      description: 'By platform that is polled for who is live.',
      resolve: ({ polling }) => polling(),
    }),
    nodes: t.field({
      type: [OperationsNodeType],
      description:
        'The one that answers, then the others that said something in the last day; only the first while the database does not answer.',
      resolve: ({ nodes }) => nodes(),
    }),
    stores: t.field({ type: [StoreType], resolve: ({ stores }) => stores() }),
    jobs: t.field({ type: [JobType], resolve: ({ jobs }) => jobs() }),
    budgets: t.field({ type: [BudgetType], resolve: ({ source }) => source.budgets() }),
    losses: t.field({
      type: [LossType],
      description: 'Of the whole environment, also those that were accepted.',
      resolve: ({ source }) => source.losses().slice(0, 100),
    }),
    archive: t.field({ type: ArchiveStateType, resolve: ({ source }) => source.archive() }),
  }),
})

builder.queryField('operations', (t) =>
  t.field({
    type: OperationsType,
    description:
      'Pollers, nodes, stores, jobs, budgets and losses, and what is wrong with them. A store that does not answer is told in two seconds and takes nothing from the rest.',
    ...operator,
    resolve: (_, __, context) => operationsOf(context),
  }),
)
