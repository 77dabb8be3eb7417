import { hash, pick } from '../../../src/demo/random.ts'
import { noFacts, type WrittenFacts } from './written-facts.ts'

/** A statement of the old system; `note` says what is so once it has been committed. */
export type OldStatement = {
  kind: string
  text: string
  values: unknown[]
  note(rows: readonly Record<string, never>[]): void
}

/** A statement as it is made; undefined where there is nothing to act on. */
export type Make = () => (Omit<OldStatement, 'kind' | 'note'> & { note?: OldStatement['note'] }) | undefined

export type WriterOptions = {
  writer: number
  /** It has the users `firstUser` to `firstUser + users` for itself, so that it knows what is there after each statement. */
  firstUser: number
  users: number
  /** Instants go forward from here. */
  at: Date
  seed: number
}

/** What the statements of one writer are made from. */
export const createWriterState = ({ writer, firstUser, users, at, seed }: WriterOptions) => {
  const facts: WrittenFacts = noFacts()
  let n = 0
  return {
    facts,
    /** How many statements have been asked for. */
    n: () => n,
    advance: () => ++n,
    /** A number of this statement. */
    drawn: <T>(from: readonly T[]): T => pick(from, seed, writer, n, 3),
    key: (name: string) => `${name}-${writer}-${seed}-${n}`,
    user: () => String(firstUser + (hash(seed, writer, n, 1) % users)),
    instant: () => new Date(at.getTime() + n * 20 + writer).toISOString(),
    /** When the broadcast of a user began: a new one after 200 statements. */
    started: (of: string) =>
      new Date(at.getTime() - 7_200_000 - (Number(of) % 50) * 1000 + Math.floor(n / 200) * 1000).toISOString(),
    /** One of the facts that were not deleted. */
    present<T>(kind: Map<string, T | null>): [string, T] | undefined {
      const there = [...kind].filter((entry): entry is [string, T] => entry[1] !== null)
      return there.length === 0 ? undefined : pick(there, seed, writer, n, 2)
    },
  }
}

export type WriterState = ReturnType<typeof createWriterState>
