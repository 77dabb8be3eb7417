import { randomBytes } from 'node:crypto'

/** One claim of a claimer, as its statement is told of it: its own id, and those of the claimer's others that must not be taken up. */
export type LeaseRequest = {
  /** A UUID above those of all earlier claims of this claimer. */
  id: string
  /** Below all of them. */
  first: string
  /** Of those that were answered and are not over. */
  underWay: readonly string[]
}

/** Whoever claims rows of a queue, one claim after another. */
export type LeaseHolder = {
  /** A ticket for the next claim; the claim counts as under way from now on. */
  next(): LeaseRequest
  /** The claim is over, or its answer was lost: what is still claimed by it is free to this claimer. */
  end(ticket: LeaseRequest): void
  /** Leaves everything claimed so far to others: none of it may be done a second time. */
  abandonAll(): void
}

/** The parameters that `isLeftOver` stands for, in its order. */
export const leaseRequestValues = ({ id, first, underWay }: LeaseRequest): [string, string, readonly string[]] => [
  id,
  first,
  underWay,
]

/**
 * SQL that is true for a row claimed earlier by this very claimer, who knows nothing of it: the claim's answer was lost. `column` holds the
 * claim's id; three parameters follow from `parameter` on. A statement that arrives late takes nothing from claims made after it.
 */
export const isOrphanedLease = (column: string, parameter: number): string =>
  `(${column} > $${parameter + 1}::uuid AND ${column} < $${parameter}::uuid AND ${column} <> ALL ($${parameter + 2}::uuid[]))`

const uuidOf = (claimer: string, claim: number): string => claimer + claim.toString(16).padStart(8, '0')

/** A claimer like no other, in this process or elsewhere. */
export const createLeaseHolder = (): LeaseHolder => {
  let claimer = ''
  let claims = 0
  let underWay = new Set<string>()
  const forsake = (): void => {
    claimer = randomBytes(12).toString('hex')
    claims = 0
    underWay = new Set()
  }
  forsake()
  return {
    next: () => {
      const ticket = { id: uuidOf(claimer, ++claims), first: uuidOf(claimer, 0), underWay: [...underWay] }
      underWay.add(ticket.id)
      return ticket
    },
    end: ({ id }) => void underWay.delete(id),
    abandonAll: forsake,
  }
}
