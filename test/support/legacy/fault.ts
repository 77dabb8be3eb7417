import type { LegacyRows, Row } from './legacy-rows.ts'

/** How long before the generator's instant something was. */
type Ago = { days?: number; hours?: number; minutes?: number; seconds?: number; micros?: number }

/** What a fault makes its rows with: users and streamers of its own, instants before that of the generator. */
export type Make = {
  /** The id of the n-th user of this fault on its platform. */
  user(n?: number): string
  /** The id of the n-th streamer of this fault, whose row is made with it. */
  streamer(n?: number): number
  /** An instant for Postgres, to the microsecond. */
  ago(ago: Ago): string
  /** The same for ClickHouse, in whole seconds since the epoch. */
  secondsAgo(ago: Ago): number
}

/** One thing that such data does wrong, or does so that it is easily misread. */
export type Fault = (make: Make) => LegacyRows

const microsOf = ({ days = 0, hours = 0, minutes = 0, seconds = 0, micros = 0 }: Ago): number =>
  (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000_000 + micros

const usersEach = 10

/** Makes the rows of faults, numbered in their order; the same instant gives the same rows. */
export const makeFaults = <Name extends string>(
  faults: Record<Name, Fault>,
  at: Date,
  firstUser: number,
): Record<Name, LegacyRows> => {
  const made = {} as Record<Name, LegacyRows>
  const names = Object.keys(faults) as Name[]
  for (const [index, name] of names.entries()) {
    const streamers = new Map<number, Row>()
    const ago = (how: Ago): string => {
      const micros = BigInt(at.getTime()) * 1000n - BigInt(microsOf(how))
      const second = new Date(Number(micros / 1_000_000n) * 1000).toISOString().slice(0, 19)
      return `${second}.${String(micros % 1_000_000n).padStart(6, '0')}Z`
    }
    const rows = faults[name]({
      user: (n = 0) => String(firstUser + index * usersEach + n),
      streamer(n = 0) {
        const id = firstUser + index * usersEach + n
        streamers.set(id, {
          id,
          name: `Streamer of ${name} ${n}`,
          email: `s${id}@example.org`,
          created_at: ago({ days: 500 }),
        })
        return id
      },
      ago,
      secondsAgo: (how) => Math.floor((at.getTime() * 1000 - microsOf(how)) / 1_000_000),
    })
    made[name] =
      streamers.size === 0
        ? rows
        : { ...rows, 'public.streamers': [...(rows['public.streamers'] ?? []), ...streamers.values()] }
  }
  return made
}
