import type { OperationsProblemKind } from '../../generated/graphql.ts'

/** Where the page shows what a problem is about; null where only `/ready` tells more. */
export const sectionOf: Record<OperationsProblemKind, { id: string; name: string } | null> = {
  POLLING: { id: 'polling', name: 'Polling' },
  SHIPPING: { id: 'nodes', name: 'Nodes' },
  NODE: { id: 'nodes', name: 'Nodes' },
  STORE: { id: 'stores', name: 'Stores' },
  JOURNAL: { id: 'stores', name: 'Stores' },
  JOB: { id: 'jobs', name: 'Jobs' },
  ARCHIVE: { id: 'jobs', name: 'Jobs' },
  LOSS: { id: 'losses', name: 'Lost rows' },
  OTHER: null,
}

const storeNames: Record<string, string> = {
  POSTGRES: 'Postgres',
  POSTGRES_DM: 'Postgres (observed)',
  POSTGRES_PUBLIC: 'Postgres (environment)',
  CLICKHOUSE: 'ClickHouse',
  OBJECTS: 'Archives',
  JOURNAL: 'Journal',
  SPOOL: 'Spool on disk',
}

export const storeName = (name: string): string => storeNames[name] ?? name

const stage = /^@staged:[^:]*:/

/** What waits for a table, in words: rows of a queue wait to be processed, and rows of a stage for the past of the demo. */
export const targetName = (target: string): string => {
  if (stage.test(target)) return `${targetName(target.replace(stage, ''))}, for the demo’s history`
  return target.startsWith('@') ? `${target.slice(1)} (not processed yet)` : target
}

/** A number of bytes as the API writes it. */
export const byteCount = (text: string): number => Number(text)
