import { handlesOf } from './cast.ts'

const minute = 60_000

/** Channels that pass names among themselves: in each step of the cycle, member m goes by `names[steps[step][m]]`. */
type NameGroup = {
  members: readonly number[]
  names: readonly string[]
  steps: readonly (readonly number[])[]
  stepMs: number
}

const renamer = (seed: number, n: number): NameGroup => ({
  members: [n],
  names: handlesOf(seed, n),
  steps: [[0], [1], [0], [2]],
  stepMs: 120 * minute,
})

const swap = (seed: number, n: number): NameGroup => ({
  members: [n, n + 1],
  names: [handlesOf(seed, n)[0], handlesOf(seed, n + 1)[0]],
  steps: [
    [0, 1],
    [1, 0],
  ],
  stepMs: 60 * minute,
})

/** The first gives up its name, the second takes it, and later it goes back. */
const inheritance = (seed: number, n: number): NameGroup => ({
  members: [n, n + 1],
  names: [handlesOf(seed, n)[0], handlesOf(seed, n + 1)[0], handlesOf(seed, n)[2]],
  steps: [
    [0, 1],
    [2, 1],
    [2, 0],
    [2, 1],
  ],
  stepMs: 20 * minute,
})

/** Fractional parts of multiples of the golden ratio: however many groups there are, their steps are spread evenly. */
const spread = (ordinal: number): number => (ordinal * 0.618_033_988_749_895) % 1

/** The name at an instant of those of the first `count` channels that change theirs; undefined for the others. */
export const createNames = (seed: number, count: number): ((n: number, at: number) => string | undefined) => {
  const groups = new Map<number, { group: NameGroup; member: number; offset: number }>()
  const add = (group: NameGroup, ordinal: number): void => {
    if (group.members.some((n) => n >= count)) return
    const offset = Math.floor((spread(ordinal) * group.stepMs) / 1000) * 1000
    group.members.forEach((n, member) => void groups.set(n, { group, member, offset }))
  }
  for (let n = 0; n < count; n++) {
    if (n % 5 === 0) add(renamer(seed, n), n / 5)
    if (n % 50 === 1) add(swap(seed, n), (n - 1) / 50)
    if (n % 100 === 3) add(inheritance(seed, n), (n - 3) / 100)
  }

  return (n, at) => {
    const entry = groups.get(n)
    if (!entry) return undefined
    const { group, member, offset } = entry
    const step = group.steps[Math.floor((at + offset) / group.stepMs) % group.steps.length]!
    return group.names[step[member]!]!
  }
}
