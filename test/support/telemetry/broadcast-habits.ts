/** How somebody broadcasts: three hours on each of the last ten days, seen every two minutes. */
export type Habit = {
  viewers: (minute: number) => number
  chatters?: number
  follows?: (broadcast: number) => number
  followers?: (broadcast: number) => number
  firstSeenDays?: number
}

const noise = (n: number): number => ((n * 2_654_435_761) % 1_000) / 1_000 - 0.5
const crowd = (size: number) => (minute: number) =>
  Math.round(size * (1 - 0.8 * Math.exp(-minute / 12)) * (minute > 165 ? 0.7 : 1) * (1 + 0.2 * noise(minute)))

/** Channels by name, each with its way of broadcasting. */
export const habits: Record<string, Habit> = {
  honest: { viewers: crowd(300), chatters: 25, follows: () => 12 },
  bought: { viewers: () => 800, chatters: 0, follows: () => 0 },
  tiny: { viewers: (minute) => 2 + (minute % 3), chatters: 1, follows: () => 0 },
  burst: { viewers: crowd(300), chatters: 25, follows: (broadcast) => (broadcast === 9 ? 4_000 : 12) },
  unheard: { viewers: crowd(300) },
  told: { viewers: crowd(300), followers: (broadcast) => 1_000 + broadcast * 20 },
}
