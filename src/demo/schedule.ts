import { between, hash, unit } from './random.ts'

const minute = 60_000
const hour = 60 * minute
const salt = { habit: 41, phase: 42, period: 43, start: 44, live: 45, skip: 46, gap: 47, ban: 50 }
const gapSalt = { start: 48, length: 49 }

/** Half-open span of epoch milliseconds. */
export type Span = { from: number; to: number }

/** One planned broadcast. `cycle` numbers the broadcasts of a channel; the interruption, if any, lies inside the span. */
export type PlannedStream = Span & { cycle: number; interruption: Span | null }

type Habit = { share: number; period: number; start: [number, number]; live: [number, number]; skip: number }

/** The habits of streamers: in short bursts, once a day, or nearly always. Starts and lengths are shares of the period. */
const habits: readonly Habit[] = [
  { share: 0.5, period: 24 * minute, start: [0.05, 0.45], live: [0.2, 0.5], skip: 0.1 },
  { share: 0.98, period: 24 * hour, start: [0.02, 0.5], live: [0.12, 0.4], skip: 0.08 },
  { share: 1, period: 48 * hour, start: [0, 0.01], live: [0.93, 0.97], skip: 0 },
]

const wholeSecond = (at: number): number => Math.floor(at / 1000) * 1000

/** The number of the period in which an instant lies; each channel has its own phase. */
const cycleOf = (at: number, period: number, phase: number): number => Math.floor((at + phase) / period)

const isTroublemaker = (n: number): boolean => n % 50 === 7

const habitOf = (seed: number, n: number): Habit => {
  const kind = isTroublemaker(n) ? 0 : unit(seed, salt.habit, n)
  return habits.find(({ share }) => kind < share)!
}

/** The latest ban of channel `n` at an instant. A troublemaker is banned once an hour for 8 to 12 minutes, others never: null. */
export const latestBan = (seed: number, n: number, at: number): Span | null => {
  if (!isTroublemaker(n)) return null
  const phase = hash(seed, salt.ban, n) % hour
  const cycle = cycleOf(at, hour, phase)
  const from = cycle * hour - phase
  return { from, to: from + wholeSecond(between(8 * minute, 12 * minute, seed, salt.ban, n, cycle)) }
}

const planned = (seed: number, n: number, habit: Habit, cycle: number, period: number, phase: number) => {
  if (unit(seed, salt.skip, n, cycle) < habit.skip) return null
  const begin = cycle * period - phase
  const from = wholeSecond(begin + period * between(...habit.start, seed, salt.start, n, cycle))
  const to = wholeSecond(from + period * between(...habit.live, seed, salt.live, n, cycle))
  return { from, to, cycle }
}

const interruptionOf = (seed: number, n: number, { from, to, cycle }: Span & { cycle: number }): Span | null => {
  if (to - from < 6 * minute || unit(seed, salt.gap, n, cycle) > 0.12) return null
  const start = wholeSecond(from + (to - from) * between(0.3, 0.6, seed, gapSalt.start, n, cycle))
  return { from: start, to: start + wholeSecond(between(20_000, 100_000, seed, gapSalt.length, n, cycle)) }
}

/** The latest broadcast of channel `n` at an instant, ended by bans and begun in none; null when it skipped some. */
export const latestStream = (seed: number, n: number, at: number): PlannedStream | null => {
  const habit = habitOf(seed, n)
  const period = wholeSecond(habit.period * between(0.85, 1.15, seed, salt.period, n))
  const phase = hash(seed, salt.phase, n) % period
  const now = cycleOf(at, period, phase)
  for (let cycle = now; cycle > now - 4; cycle--) {
    const plan = planned(seed, n, habit, cycle, period, phase)
    if (!plan || plan.from > at) continue
    const begunIn = latestBan(seed, n, plan.from)
    if (begunIn && plan.from < begunIn.to) continue
    const to = begunIn ? Math.min(plan.to, begunIn.from + hour) : plan.to
    return { ...plan, to, interruption: interruptionOf(seed, n, { ...plan, to }) }
  }
  return null
}
