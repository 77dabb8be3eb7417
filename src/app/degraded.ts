import type { Shipper } from '../ingest/shipper.ts'

/** Parts that may be held up or refuse what they are asked although the process can serve. */
export type DegradedOptions = {
  /** Undefined until ClickHouse has its tables. */
  shipper: () => Pick<Shipper, 'stats'> | undefined
  /** Each with its sentences, without any secret; none where all is well. */
  parts: readonly (() => readonly string[])[]
}

/** What is wrong although this process can serve, one sentence each without any secret, as it is at the moment of asking. */
export const degradedNow =
  ({ shipper, parts }: DegradedOptions) =>
  (): string[] => [
    ...parts.flatMap((part) => part()),
    ...Object.entries(shipper()?.stats() ?? {}).flatMap(([table, { failures }]) =>
      failures > 0 ? [`Rows of ${table} can not be brought to ClickHouse now: they wait on the disk.`] : [],
    ),
  ]
