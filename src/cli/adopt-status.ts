import { z } from 'zod'
import { readAdopted } from '../adoption/adopted-mark.ts'
import { readSteps } from '../adoption/bookkeeping.ts'
import { presentTables } from '../adoption/legacy-tables.ts'
import { readParity } from '../adoption/parity.ts'
import { adoptionState } from '../adoption/phases.ts'
import { requireSameStores } from '../adoption/same-stores.ts'
import type { FindingSummary } from '../adoption/step.ts'
import { notTakenOver, readTelemetry } from '../adoption/telemetry-parity.ts'
import { findingSchema, openAdoptedDatabase, openHistoryIfFree } from './adopt-context.ts'
import { programCommand, withConfig } from './program-command.ts'

const states = ['foreign', 'legacy', 'phase-a-begun', 'overlap', 'phase-b-begun', 'rollback-begun', 'adopted'] as const

const sentences: Readonly<Record<(typeof states)[number], string>> = {
  foreign: 'This database has no legacy tables: there is nothing to adopt.',
  legacy: 'Not adopted yet: run `channelscope adopt plan`.',
  'phase-a-begun': 'Phase A is not finished: run `channelscope adopt phase-a` again.',
  overlap: 'Both systems run on this database.',
  'phase-b-begun': 'Phase B is not finished: run `channelscope adopt phase-b --yes` again.',
  'rollback-begun': 'A rollback is not finished: run `channelscope adopt rollback` again.',
  adopted: 'This database is adopted: run `channelscope start`.',
}

const keptDeliveries = 'webhooks.incoming stays with deliveries of others; nothing of Channelscope reads it.'

const tableParity = z.object({
  source: z.string().describe('the table from before'),
  destination: z.string().describe('the table of ours'),
  sourceRows: z.number().describe('rows as they should be taken over'),
  destinationRows: z.number().describe('rows that were taken over'),
  sourceChecksum: z.string().describe('checksum of what is compared of the former'),
  destinationChecksum: z
    .string()
    .describe('the same of the latter: equal where nothing differs and nothing was observed later'),
  differences: z.number().describe('rows that only one side has, or that differ without a reason'),
  explained: z.number().describe('rows that differ because this program observed them later'),
  examples: z.array(z.string()).describe('at most 20 of both, each with what differs, and why where it is known'),
})

const historyParity = z.object({
  table: z.string().describe('the table of ClickHouse'),
  state: z
    .enum(['absent', 'legacy', 'ours', 'taken'])
    .describe(
      'absent: there is none; legacy: that of before has the name; ours: nothing of before is there; taken: ours has the name, that of before lies beside it',
    ),
  unsettled: z.number().describe('rows of old writers that do not have our form yet'),
  lastWriteAt: z.iso.datetime().nullable().describe('the newest row of an old writer; null where there is none'),
  envs: z
    .array(z.object({ env: z.string().describe('the env'), rows: z.number().describe('its rows') }))
    .describe('the environments that the table of before tells of'),
})

const historySentence = ({ table, state, unsettled, lastWriteAt, envs }: z.infer<typeof historyParity>): string[] => {
  if (state === 'absent' || state === 'ours') return []
  const rows = envs.map((one) => `${one.env} ${one.rows.toLocaleString('en')}`).join(', ') || 'none'
  const last = lastWriteAt === null ? '' : `; the last is of ${lastWriteAt}`
  return state === 'legacy'
    ? [`${table} of ClickHouse is still that of before. Its rows: ${rows}${last}.`]
    : [
        `${table} of ClickHouse was taken over. Rows of before: ${rows}${last}.`,
        ...(unsettled === 0 ? [] : [`  ${unsettled.toLocaleString('en')} rows of old writers are not settled yet.`]),
      ]
}

const noHistory = 'ClickHouse is in use by the server, which has it embedded: its metrics tell how it stands.'

/** What a trigger could not do: a run of Phase A looks after it. */
const notInStep = 'not-in-step'

const findingLines = ({ kind, table, count, done, examples }: FindingSummary): string[] => [
  `${kind}: ${count} in ${table}; ${done}.`,
  ...examples.map((example) => `  ${example}`),
]

const verdict = (different: readonly string[]): string =>
  different.length === 0
    ? 'Nothing differs.'
    : `Something differs: ${[...new Set(different)].join(', ')}. \`channelscope adopt phase-a\` looks after it.`

/** The two systems side by side. */
export const adoptStatusCommand = programCommand({
  name: 'adopt status',
  summary: 'compare the tables from before with ours, while both are used',
  details: ['It ends with 1 where something differs. Nothing is changed; all channels are compared, some at a time.'],
  examples: [
    { call: 'adopt status', about: 'read it' },
    { call: 'adopt status --json', about: 'give it to a script' },
  ],
  result: z.object({
    state: z.enum(states).describe('where the adoption is'),
    isClean: z.boolean().nullable().describe('whether nothing differs; null where nothing is compared yet'),
    withoutChannel: z
      .array(z.object({ table: z.string().describe('the table'), rows: z.number().describe('its rows') }))
      .describe('rows that name a user and have no channel, by table'),
    tables: z.array(tableParity).describe('how the tables compare'),
    findings: z.array(findingSchema).describe('what was not taken over as it was'),
    lastWrites: z
      .array(
        z.object({
          table: z.string().describe('the table'),
          column: z.string().describe('the old column that names the row'),
          at: z.iso.datetime().describe('when, exact to a second'),
        }),
      )
      .describe('the last write of somebody else through each old table, the latest first'),
    history: z
      .array(historyParity)
      .nullable()
      .describe('how the tables of ClickHouse stand; null where a server has it embedded and runs'),
    unfinished: z.array(z.string()).describe('steps that were begun and not finished'),
    adoptedAt: z.iso
      .datetime()
      .nullable()
      .describe('when phase-b ended; null where it has not, or a version did it that did not note when'),
  }),
  async run(_, context) {
    await using db = await openAdoptedDatabase(context)
    const state = await adoptionState(db)
    await using opened = await openHistoryIfFree(context)
    const { config } = withConfig(context)
    await requireSameStores({ ...opened, db, environment: config.environment.name, tier: config.tier })
    const found = opened.clickHouse && (await readTelemetry(opened.clickHouse))
    const history =
      found?.map(({ lastWriteAt, ...one }) => ({ ...one, lastWriteAt: lastWriteAt?.toISOString() ?? null })) ?? null
    const nothing = { withoutChannel: [], tables: [], findings: [], lastWrites: [] }
    if (state === 'adopted') {
      const adoptedAt = (await readAdopted(db))?.at ?? null
      const kept = (await presentTables(db)).has('webhooks.incoming') ? [keptDeliveries] : []
      context.tell({ state, isClean: null, ...nothing, history, unfinished: [], adoptedAt }, [
        adoptedAt === null
          ? sentences[state]
          : `This database is adopted since ${adoptedAt}: run \`channelscope start\`.`,
        ...kept,
      ])
      return true
    }
    if (state !== 'overlap') {
      const unfinished = (await readSteps(db)).filter(({ finishedAt }) => !finishedAt).map(({ name }) => name)
      context.tell({ state, isClean: null, ...nothing, history, unfinished, adoptedAt: null }, sentences[state])
      return true
    }
    const { isClean: isAlike, withoutChannel, tables, findings, lastWrites } = await readParity(db)
    const notTaken = notTakenOver(found ?? [])
    const isClean = isAlike && notTaken.length === 0
    const lacking = withoutChannel.filter(({ rows }) => rows > 0)
    const open = findings.filter(({ kind }) => kind === notInStep)
    const settled = findings.filter(({ kind }) => kind !== notInStep)
    context.tell(
      {
        state,
        isClean,
        withoutChannel,
        tables,
        findings,
        lastWrites: lastWrites.map((write) => ({ ...write, at: write.at.toISOString() })),
        history,
        unfinished: [],
        adoptedAt: null,
      },
      [
        sentences[state],
        verdict([
          ...lacking.map(({ table }) => table),
          ...tables.flatMap(({ source, differences }) => (differences > 0 ? [source] : [])),
          ...notTaken.map(({ table }) => `${table} of ClickHouse`),
        ]),
        ...lacking.map(({ table, rows }) => `${table}: ${rows} rows have no channel.`),
        ...tables.flatMap(
          ({ source, destination, sourceRows, destinationRows, differences, explained, examples, sourceChecksum }) =>
            differences === 0
              ? [
                  `${source} = ${destination}: ${sourceRows.toLocaleString('en')} rows, ${explained === 0 ? `checksum ${sourceChecksum.slice(0, 8)}` : `${explained} observed here later`}.`,
                  ...examples.map((example) => `  ${example}`),
                ]
              : [
                  `${source} differs from ${destination} in ${differences} of ${sourceRows} and ${destinationRows} rows.`,
                  ...examples.map((example) => `  ${example}`),
                ],
        ),
        ...open.flatMap(findingLines),
        ...(lastWrites.length === 0
          ? ['Nothing was written through an old table since Phase A.']
          : lastWrites.map(
              ({ table, column, at }) => `${table} was last written through ${column} at ${at.toISOString()}.`,
            )),
        ...(history === null ? [noHistory] : history.flatMap(historySentence)),
        ...(settled.length > 0 ? ['Phase A found this as well, and has settled it:'] : []),
        ...settled.flatMap(findingLines),
      ],
    )
    return isClean
  },
})
