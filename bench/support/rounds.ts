import { median, percentile } from './statistics.ts'

/** What one slice of one variant did. */
export type Sample = {
  operations: number
  wallMs: number
  /** CPU time of the measured process and its helpers, all threads. */
  cpuUs: number
  /** One entry an operation, or a sample of them. */
  latenciesMs: readonly number[]
  /** Further totals of the slice, divided by `operations` in the report when their name ends in "/op". */
  extra?: Record<string, number>
}

export type Variant = {
  name: string
  /** Runs one slice. */
  measure(): Promise<Sample>
}

/** The samples of every variant, by round. */
export type Rounds = Map<string, Sample[]>

/** Measures all variants in turn, round after round, each round beginning with another one; the first round warms up and is dropped. */
export const interleave = async (
  variants: readonly Variant[],
  rounds: number,
  signal: AbortSignal,
): Promise<Rounds> => {
  const samples: Rounds = new Map(variants.map(({ name }) => [name, []]))
  for (let round = 0; round <= rounds; round++) {
    for (let turn = 0; turn < variants.length; turn++) {
      signal.throwIfAborted()
      const variant = variants[(turn + round) % variants.length]!
      const sample = await variant.measure()
      if (round > 0) samples.get(variant.name)!.push(sample)
    }
  }
  return samples
}

/** Operations a second. */
export const rate = (sample: Sample): number => (sample.operations / sample.wallMs) * 1_000
/** Microseconds of CPU an operation. */
export const cpu = (sample: Sample): number => sample.cpuUs / sample.operations
/** A percentile of the slice's latencies, as a measure of a sample. */
export const latency = (share: number) => (sample: Sample) => percentile(sample.latenciesMs, share)
/** A further number of the slice, as a measure of a sample. */
export const extra = (name: string) => (sample: Sample) => sample.extra?.[name] ?? Number.NaN

/** The median of a measure over a variant's rounds. */
export const typical = (rounds: Rounds, name: string, measure: (sample: Sample) => number): number =>
  median(rounds.get(name)!.map(measure))

/** The median over the rounds of how a measure of one variant compares with that of another in the same round. */
export const ratio = (rounds: Rounds, name: string, to: string, measure: (sample: Sample) => number = rate): number => {
  const others = rounds.get(to)!
  return median(rounds.get(name)!.map((sample, round) => measure(sample) / measure(others[round]!)))
}
