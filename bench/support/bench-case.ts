import type { Report } from './report.ts'

/** What a case may use while it runs. */
export type BenchContext = {
  /** Fewer rounds and smaller data: the ratios are rough. */
  quick: boolean
  /** How long a page is watched while things change at their true pace; 0: only as many changes, at once. */
  minutes: number
  /** A folder of the run's own, removed at the end. */
  directory: string
  /** Aborts when the run is to end. */
  signal: AbortSignal
  /** Says what is being done now. */
  progress(text: string): void
}

/** One benchmark: measures its variants in turn and reports, table by table. */
export type BenchCase = { name: string; run(context: BenchContext): AsyncIterable<Report> }
