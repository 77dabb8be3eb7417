import type { KeyRing } from '../config/key-ring.ts'
import type { Backlog } from '../ingest/batch-limits.ts'
import { isQueue, type Spool } from '../ingest/spool.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { noteCleaned, uncleanedErasures } from './erasure-store.ts'
import { rowHolds } from './spool-rows.ts'
import { type Subject, unsealSubject } from './subject.ts'

/** Row numbers that have to be behind us, by table. */
type Goals = ReadonlyMap<string, number>

/** How far an erasure has come on this node: first what was received has to be projected, then its rows have to be shipped. */
type Progress = { deliveries: Goals; rows: Goals | null }

export type SpoolCleaningOptions = {
  db: Postgres
  spool: Pick<Spool, 'backlogs' | 'deadLetters' | 'purge'>
  ring: KeyRing
  node: string
}

const pageSize = 1_000

/** The ids of the dead letters that hold one of these subjects. */
const deadLettersOf = async (spool: SpoolCleaningOptions['spool'], subjects: readonly Subject[]): Promise<number[]> => {
  const found: number[] = []
  for (let after = 0; ; ) {
    const page = await spool.deadLetters({ after, limit: pageSize })
    for (const letter of page) if (subjects.some((subject) => rowHolds(subject, letter))) found.push(letter.id)
    if (page.length < pageSize) return found
    after = page.at(-1)!.id
  }
}

const nextOf = (backlogs: ReadonlyMap<string, Backlog>, which: (table: string) => boolean): Goals =>
  new Map([...backlogs].flatMap(([table, { next }]) => (which(table) ? [[table, next] as const] : [])))

/**
 * Makes the function that brings this node's part of every erasure on: it waits until everything that was received before is in the stores,
 * removes dead letters, rewrites the file of the spool and says so to the node that erases. It does not wait itself: call it again and again.
 */
export const createSpoolCleaning = ({ db, spool, ring, node }: SpoolCleaningOptions) => {
  const progress = new Map<string, Progress>()
  const reached = (goals: Goals): boolean =>
    [...goals].every(([table, next]) => (spool.backlogs().get(table)?.first ?? next) >= next)

  return async (): Promise<void> => {
    const open = await uncleanedErasures(db, node)
    for (const id of progress.keys()) if (!open.some((one) => one.id === id)) progress.delete(id)
    const ready = open.filter(({ id }) => {
      const known = progress.get(id) ?? { deliveries: nextOf(spool.backlogs(), isQueue), rows: null }
      if (known.rows === null && reached(known.deliveries))
        known.rows = nextOf(spool.backlogs(), (table) => !isQueue(table))
      progress.set(id, known)
      return known.rows !== null && reached(known.rows)
    })
    if (ready.length === 0) return
    const subjects = ready.map(({ id, sealedSubject }) => unsealSubject(ring, id, sealedSubject))
    await spool.purge(await deadLettersOf(spool, subjects))
    await noteCleaned(
      db,
      ready.map(({ id }) => id),
      node,
    )
  }
}
