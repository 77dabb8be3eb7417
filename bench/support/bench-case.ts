import type { Report } from './report.ts'

/** What a case may use while it runs. */
export type BenchContext = {
  /** Fewer rounds and smaller data: the ratios are rough. */
  quick: boolean
  /** How long the cases that take time take: panel (0: as many changes as in an hour, at once) and hour (0: an hour). */
  minutes: number
  /** A folder of the run's own, removed at the end. */
  directory: string
  /** Aborts when the run is to end. */
  signal: AbortSignal
  /** Says what is being done now. */
  progress(text: string): void
}

/** One benchmark: measures its variants in turn and reports, table by table. */
export type BenchCase = {
  name: string
  /** It takes long, and runs only where it is named. */
  onlyByName?: boolean
  run(context: BenchContext): AsyncIterable<Report>
}
