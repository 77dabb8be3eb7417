import { span } from '../../lib/tracing.ts'
import { ClickHouseError } from './clickhouse-error.ts'
import type { Columns, NamedQuery, NumberQuery, ReadPool } from './named-query.ts'
import type { NumberColumns } from './native-format.ts'

/** Reads answers by column. */
export type Reader = {
  columns<Parameters, Row>(query: NamedQuery<Parameters, Row>, parameters: Parameters & object): Promise<Columns<Row>>
  numbers<Parameters, Name extends string>(
    query: NumberQuery<Parameters, Name>,
    parameters: Parameters & object,
  ): Promise<NumberColumns<Name>>
}

/** A question about things that one statement can answer together with the things of others. */
export type SharedQuestion<Thing, Answer> = {
  name: string
  /** Of the same name, questions with equal keys differ in their things alone. */
  key: string
  things: readonly Thing[]
  /** About how many rows are read for them. */
  rows: number
  /** Asks about all these things, by one statement. */
  ask(things: readonly Thing[], reader: Reader): Promise<Answer>
}

type SharedOptions = { signal?: AbortSignal | undefined; pool?: ReadPool }

/** Asks a question, alone or in company; the answer has the things of the others as well. */
export type AskShared = <Thing, Answer>(
  question: SharedQuestion<Thing, Answer>,
  options?: SharedOptions,
) => Promise<Answer>

/** Waits for a slot and reads on it. */
type OnSlot = <T>(name: string, read: (reader: Reader) => Promise<T>, options: SharedOptions) => Promise<T>

/** How large a statement for several questions may become: what takes long is better read side by side. */
const mostThings = 16
const mostRows = 50_000

/** Questions that wait for one slot. */
type Group = { things: unknown[]; rows: number; answer: Promise<unknown> }

/** A failure that each of them would have met. */
const isOfAll = (error: unknown): boolean =>
  error instanceof ClickHouseError && (error.failure === 'busy' || error.failure === 'unavailable')

/**
 * Lets questions that wait for a slot travel together: who comes while another one with the same key waits goes with it, in one
 * statement. Where a slot is free nobody waits, so who comes alone goes alone. No answer is older than its question, and who makes a
 * statement fail fails alone. What is heavy or may be given up goes alone.
 */
export const createCompany = (onSlot: OnSlot): AskShared => {
  const waiting = new Map<string, Group>()

  const begin = <Thing, Answer>(id: string, { name, things, rows, ask }: SharedQuestion<Thing, Answer>): Group => {
    const all = [...things]
    const leave = () => {
      if (waiting.get(id) === group) waiting.delete(id)
    }
    const read = (reader: Reader) => {
      leave()
      return ask(all, reader)
    }
    const group: Group = { things: all, rows, answer: onSlot(name, read, {}).finally(leave) }
    waiting.set(id, group)
    return group
  }

  return async <Thing, Answer>(question: SharedQuestion<Thing, Answer>, options: SharedOptions = {}) => {
    const { name, key, things, rows, ask } = question
    const alone = () => onSlot(name, (reader) => ask(things, reader), options)
    if (options.signal || options.pool === 'heavy') return alone()
    const id = `${name} ${key}`
    let group = waiting.get(id)
    const joins = group && group.things.length + things.length <= mostThings && group.rows + rows <= mostRows
    if (group && joins) {
      group.things.push(...things)
      group.rows += rows
    } else group = begin(id, question)
    const { things: all, answer } = group
    try {
      const come = () => answer as Promise<Answer>
      return await (joins ? span(`clickhouse ${name} in company`, { kind: 'client' }, come) : come())
    } catch (error) {
      if (all.length === things.length || isOfAll(error)) throw error
      return alone()
    }
  }
}
