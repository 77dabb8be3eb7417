import type { Node } from '../resolvers/operations-parts.ts'
import type { SpoolTable, ThisNode } from '../resolvers/operations-source.ts'
import { builder } from './builder.ts'

const operator = { authScopes: { operator: true } } as const

const SpoolTableType = builder.objectRef<SpoolTable>('SpoolTable').implement({
  description: 'The rows for one table of ClickHouse, or of a queue (@) that waits for its projection.',
  ...operator,
  fields: (t) => ({
    target: t.exposeString('target', {
      description: 'The table or queue; `@staged:…` before it while the past of the demo is made.',
    }),
    rows: t.exposeInt('rows', { description: 'Rows that wait.' }),
    bytes: t.field({ type: 'BigInt', description: 'Bytes of them.', resolve: ({ bytes }) => BigInt(bytes) }),
    oldestAt: t.expose('oldestAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the oldest of them came; null where none waits.',
    }),
    shippedRows: t.field({
      type: 'BigInt',
      description: 'Rows that ClickHouse has taken since this process started. Of a queue 0.',
      resolve: ({ shippedRows }) => BigInt(shippedRows),
    }),
    lastShippedAt: t.expose('lastShippedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When ClickHouse last took some; null where it did not since the start.',
    }),
    failures: t.exposeInt('failures', { description: 'Attempts that failed since the last that did not.' }),
    lastFailedAt: t.expose('lastFailedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When an attempt last failed; null where none did since the start.',
    }),
  }),
})

const SpoolType = builder.objectRef<ThisNode['spool']>('OperationsSpool').implement({
  description: 'What a node keeps on its disk until it is stored.',
  ...operator,
  fields: (t) => ({
    rows: t.int({
      description: 'Rows that wait.',
      resolve: ({ tables }) => tables.reduce((sum, { rows }) => sum + rows, 0),
    }),
    bytes: t.field({
      type: 'BigInt',
      description: 'Bytes of all rows, dead letters included.',
      resolve: ({ bytes }) => BigInt(bytes),
    }),
    maxBytes: t.field({
      type: 'BigInt',
      description: 'Bytes beyond which nothing is taken.',
      resolve: ({ maxBytes }) => BigInt(maxBytes),
    }),
    deadLetters: t.exposeInt('deadLetters', { description: 'Rows that ClickHouse refuses.' }),
    tables: t.expose('tables', { type: [SpoolTableType] }),
  }),
})

/** A process of the cluster. */
export const OperationsNodeType = builder.objectRef<Node>('OperationsNode').implement({
  description:
    'A process of this environment. What a process knows only of itself is null of the others: ask them, or their `/metrics`.',
  ...operator,
  fields: (t) => ({
    name: t.exposeString('name', { description: 'A hash of its machine and data directory.' }),
    isThis: t.boolean({ description: 'Whether it is the one that answers.', resolve: ({ own }) => own !== null }),
    seenAt: t.expose('seenAt', {
      type: 'DateTime',
      description: 'When it last told the others what it holds. It does so every two seconds.',
    }),
    isSilent: t.exposeBoolean('isSilent', { description: 'Whether it has said nothing for 30 seconds.' }),
    waitingSince: t.expose('waitingSince', {
      type: 'DateTime',
      nullable: true,
      description: 'The instant of the oldest row that it holds; null where it holds none.',
    }),
    version: t.string({
      nullable: true,
      description: 'Of the program; null of another node.',
      resolve: ({ own }) => own?.version ?? null,
    }),
    startedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Null of another node.',
      resolve: ({ own }) => own?.startedAt ?? null,
    }),
    workers: t.stringList({
      nullable: true,
      description: 'The workers that it runs: poller, jobs. Null of another node.',
      resolve: ({ own }) => (own ? [...own.workers] : null),
    }),
    spool: t.field({
      type: SpoolType,
      nullable: true,
      description: 'Null of another node.',
      resolve: ({ own }) => own?.spool ?? null,
    }),
  }),
})
