import { randomBytes } from 'node:crypto'

/** What a statement needs to take a lease: the id of the lease, and which leases of the same holder it must not take back. */
export type LeaseRequest = {
  /** A UUID above those of all earlier leases of this holder. */
  id: string
  /** A UUID below all of them. */
  first: string
  /** The ids of leases that are not over. */
  underWay: readonly string[]
}

/** A process that takes leases on rows of a queue, one lease after another. */
export type LeaseHolder = {
  /** A request for the next lease, which counts as under way from now on. */
  next(): LeaseRequest
  /** Ends a lease that is over or whose answer was lost: this holder may take rows back that still carry it. */
  end(request: LeaseRequest): void
  /** Takes no earlier lease back any more, since the work of none may be done a second time. */
  abandonAll(): void
}

/** The parameters of `isOrphanedLease`, in its order. */
export const leaseRequestValues = ({ id, first, underWay }: LeaseRequest) => [id, first, underWay] as const

/** SQL that is true for a row leased by this holder without hearing of it; its three parameters begin at `parameter`. */
export const isOrphanedLease = (column: string, parameter: number): string =>
  `(${column} > $${parameter + 1}::uuid AND ${column} < $${parameter}::uuid AND ${column} <> ALL ($${parameter + 2}::uuid[]))`

const uuidOf = (holder: string, lease: number): string => holder + lease.toString(16).padStart(8, '0')

/** A holder whose ids differ from those of every other holder, in this process or elsewhere. */
export const createLeaseHolder = (): LeaseHolder => {
  let holder = ''
  let count = 0
  let underWay = new Set<string>()
  const forsake = (): void => {
    holder = randomBytes(12).toString('hex')
    count = 0
    underWay = new Set()
  }
  forsake()
  return {
    next: () => {
      const request = { id: uuidOf(holder, ++count), first: uuidOf(holder, 0), underWay: [...underWay] }
      underWay.add(request.id)
      return request
    },
    end: ({ id }) => void underWay.delete(id),
    abandonAll: forsake,
  }
}
