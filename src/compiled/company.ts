import { AsyncLocalStorage } from 'node:async_hooks'
import { type Steady, systemSteady } from '../lib/clock.ts'
import { isTracing, span } from '../lib/tracing.ts'
import { failureCode, isUnavailable } from '../stores/postgres/failure.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import type { Statement } from '../stores/postgres/statement.ts'
import { companyStatement, type Placed, valueText } from './company-statement.ts'

/** How a row was read: by the plain statement, in one statement with others, or as the row of one who waited with the same values. */
export type ReadWay = 'alone' | 'together' | 'shared'

export type CompanyOptions<Row> = {
  db: Pick<Transaction, 'query'>
  /** How many statements the database takes at a time. */
  connections?: number
  /** How long the texts of a row are, in characters. */
  sizeOf(row: Row): number
  onRead?(way: ReadWay): void
  steady?: Steady
  /** How long a statement makes others wait, in milliseconds. */
  holdMs?: number
}

/** Reads the rows of statements that answer one row. */
export type Company<Row> = {
  /** The row of a statement as it is at some time after the call; undefined where it has none. */
  ask(statement: Statement<Row>, values: readonly unknown[]): Promise<Row | undefined>
}

/** With so many statements under way, who comes next waits for one of them to end. */
const enough = 2
/** Up to so many requests at a time go by themselves, though enough is under way. */
const few = 4
/** From so many requests on, one statement costs less than theirs. */
const fewest = 3
const most = 16
/** How large the answer of a statement for several requests may become, in characters. */
const mostCharacters = 65_536
/** How long a statement for several requests may take, in milliseconds: rows that take longer are better read side by side. */
const mostMs = 10
/** How fast the largest row is forgotten, with each row. */
const forgetting = 0.98
/** In this time, in milliseconds, the quickest row comes to count as twice as slow as it was. */
const doublingMs = 1_000
const mostDoublings = 60
/**
 * Who waits for a busy server waits as long as for a slow row. So where rows seem to take long, the fewest try it together after this time
 * in milliseconds, but not more often than they take a twentieth of it.
 */
const tryMs = 250
const tryShare = 20
/** A statement of several requests that takes longer has one among them that is slow. Then everybody goes alone for a while. */
const slowMs = 250
const aloneMs = 1_000

/** One who waits, and all who wait with the same values. */
type Seat<Row> = {
  values: readonly unknown[]
  texts: readonly (string | null)[]
  settle: PromiseWithResolvers<Row | undefined>
  /** Runs work as a part of the request, for traces. */
  within<T>(work: () => T): T
}

/** A statement that is under way: when it began. */
type Place = { begun: number }

/** A mean of measures, of which the last one counts for half. */
const half = (mean: number | undefined, measure: number): number => ((mean ?? measure) + measure) / 2

const atOnce = <T>(work: () => T): T => work()

/** A failure that each of them would have met: the database does not answer. A statement that ran for too long is the fault of one. */
const isOfAll = (error: unknown): boolean =>
  isUnavailable(error) && failureCode((error as { cause?: unknown }).cause) !== '57014'

/** The requests for the row of one statement. */
class Party<Row> {
  readonly #plain: Statement<Row>
  readonly #together: Statement<Placed<Row>> | undefined
  readonly #options: Required<CompanyOptions<Row>>
  /** By their values. */
  readonly #waiting = new Map<string, Seat<Row>>()
  /** The statements that others wait for. */
  readonly #places = new Set<Place>()
  /** How many requests have their statement under way. */
  #asked = 0
  /** The size of the largest row lately; before the first one, it may be of any size. */
  #largest = Number.POSITIVE_INFINITY
  /** How long a row took in the quickest statement lately, in milliseconds: whatever else the machine does makes none quicker. */
  #quickest = Number.POSITIVE_INFINITY
  #measuredAt = 0
  /** How long a statement for one takes lately, and a row of one for several, in milliseconds; undefined before the first one. */
  #single: number | undefined
  #shared: number | undefined
  #aloneUntil = 0
  #tryAt = Number.POSITIVE_INFINITY
  #timer: NodeJS.Timeout | undefined
  #gathering: NodeJS.Immediate | undefined

  constructor(plain: Statement<Row>, options: Required<CompanyOptions<Row>>) {
    this.#plain = plain
    this.#together = companyStatement(plain)
    this.#options = options
  }

  ask(values: readonly unknown[]): Promise<Row | undefined> {
    if (this.#goesAtOnce()) {
      this.#options.onRead('alone')
      return this.#alone(values)
    }
    if (!isTracing()) return this.#join(values)
    return span(`postgres ${this.#plain.name} in company`, { kind: 'client' }, () => this.#join(values))
  }

  #goesAtOnce(): boolean {
    if (this.#waiting.size > 0) return false
    if (this.#room() < fewest) return this.#places.size < this.#options.connections
    return this.#asked < few
  }

  /** How many requests one statement may answer now. */
  #room(): number {
    const now = this.#options.steady()
    if (!this.#together || now < this.#aloneUntil) return 1
    const inTime = this.#roomInTime()
    const room = mostCharacters / this.#largest
    return Math.floor(Math.min(most, room, inTime < fewest && now >= this.#tryAt ? fewest : inTime))
  }

  /** In a server that is busy one alone takes long as well: several may take twice as long as it. */
  #roomInTime(): number {
    const likeSingles = this.#shared === undefined ? 0 : (2 * (this.#single ?? 0)) / this.#shared
    return Math.max(mostMs / this.#quickest, likeSingles)
  }

  #join(values: readonly unknown[]): Promise<Row | undefined> {
    const texts = values.map(valueText)
    const key = JSON.stringify(texts)
    const other = this.#waiting.get(key)
    if (other) {
      this.#options.onRead('shared')
      return other.settle.promise
    }
    const settle = Promise.withResolvers<Row | undefined>()
    this.#waiting.set(key, { values, texts, settle, within: isTracing() ? AsyncLocalStorage.snapshot() : atOnce })
    if (this.#places.size < enough) this.#gather()
    this.#watch()
    return settle.promise
  }

  /** Has those go who wait when all requests were read that are there by now. */
  #gather(): void {
    this.#gathering ??= setImmediate(() => {
      this.#gathering = undefined
      this.#next()
    })
  }

  /** Sees to it that nobody waits longer for statements than these may make them wait. */
  #watch(): void {
    const { steady, holdMs } = this.#options
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      const before = steady() - holdMs
      for (const place of this.#places) if (place.begun <= before) this.#places.delete(place)
      this.#next()
      if (this.#waiting.size > 0) this.#watch()
    }, holdMs).unref()
  }

  /** Sends those who wait, as far as not enough is under way. */
  #next(): void {
    while (this.#waiting.size > 0) {
      const room = this.#room()
      if (this.#places.size >= (room < fewest ? this.#options.connections : enough)) return
      const seats = this.#take(room < fewest ? 1 : room)
      const isCompany = seats.length >= fewest
      for (const _ of seats) this.#options.onRead(isCompany ? 'together' : 'alone')
      if (isCompany) void this.#answerTogether(seats)
      else for (const seat of seats) void this.#answerAlone(seat)
    }
  }

  #take(count: number): Seat<Row>[] {
    const seats: Seat<Row>[] = []
    for (const [key, seat] of this.#waiting) {
      if (seats.length === count) break
      this.#waiting.delete(key)
      seats.push(seat)
    }
    return seats
  }

  async #alone(values: readonly unknown[]): Promise<Row | undefined> {
    const [row] = await this.#query(this.#plain, values, 1)
    this.#measure(row)
    return row
  }

  async #answerAlone({ values, settle, within }: Seat<Row>): Promise<void> {
    await within(() => this.#alone(values)).then(settle.resolve, settle.reject)
  }

  async #answerTogether(seats: readonly Seat<Row>[]): Promise<void> {
    const lists = seats[0]!.texts.map((_, i) => seats.map(({ texts }) => texts[i]))
    try {
      const rows = await seats[0]!.within(() => this.#query(this.#together!, lists, seats.length))
      for (const row of rows) {
        this.#measure(row)
        seats[row.place - 1]!.settle.resolve(row)
      }
      if (rows.length < seats.length) this.#measure(undefined)
      for (const { settle } of seats) settle.resolve(undefined)
    } catch (error) {
      if (isOfAll(error)) for (const { settle } of seats) settle.reject(error)
      else await this.#answerEach(seats)
    }
  }

  /** Asks for each by itself: one of them made the statement of all fail. */
  async #answerEach(seats: readonly Seat<Row>[]): Promise<void> {
    this.#goAlone()
    await Promise.all(seats.map((seat) => this.#answerAlone(seat)))
  }

  #goAlone(): void {
    this.#aloneUntil = this.#options.steady() + aloneMs
  }

  /** Sends a statement; when it ends, the next ones go before anybody handles its rows. */
  async #query<Found>(statement: Statement<Found>, values: readonly unknown[], requests: number): Promise<Found[]> {
    const { db, steady } = this.#options
    const place = { begun: steady() }
    this.#places.add(place)
    this.#asked += requests
    try {
      const rows = await db.query(statement, values)
      this.#time(place, requests)
      return rows
    } finally {
      this.#places.delete(place)
      this.#asked -= requests
      this.#next()
    }
  }

  /** Keeps in mind how long a statement took that answered so many requests. */
  #time({ begun }: Place, requests: number): void {
    const now = this.#options.steady()
    const tookMs = now - begun
    const remembered = this.#quickest * 2 ** Math.min(mostDoublings, (now - this.#measuredAt) / doublingMs)
    this.#quickest = Math.min(tookMs / requests, remembered)
    this.#measuredAt = now
    if (requests === 1) this.#single = half(this.#single, tookMs)
    else this.#shared = half(this.#shared, tookMs / requests)
    if (requests > 1 && tookMs > slowMs) this.#goAlone()
    const isLong = this.#roomInTime() < fewest
    if (!isLong) this.#tryAt = Number.POSITIVE_INFINITY
    else if (requests > 1 || this.#tryAt === Number.POSITIVE_INFINITY)
      this.#tryAt = now + Math.max(tryMs, tryShare * tookMs)
  }

  #measure(row: Row | undefined): void {
    const size = row ? this.#options.sizeOf(row) : 0
    this.#largest = this.#largest === Number.POSITIVE_INFINITY ? size : Math.max(size, this.#largest * forgetting)
  }
}

/**
 * Lets requests for the rows of one statement travel together. Who comes while enough statements are under way waits for one of them
 * to end, and goes with all who wait then in one statement. Who comes alone goes at once, by the plain statement. No row is older than
 * its request, and who makes a statement fail fails alone.
 */
export const createCompany = <Row>(options: CompanyOptions<Row>): Company<Row> => {
  const all = { onRead: () => undefined, steady: systemSteady, holdMs: 20, connections: 12, ...options }
  const parties = new WeakMap<Statement<Row>, Party<Row>>()
  return {
    ask(statement, values) {
      let party = parties.get(statement)
      if (!party) {
        party = new Party(statement, all)
        parties.set(statement, party)
      }
      return party.ask(values)
    },
  }
}
