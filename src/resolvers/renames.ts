import { findRenames, type Rename } from '../channels/renames.ts'
import type { PlatformName } from '../platforms/platform.ts'
import type { TimeRange } from '../telemetry/buckets.ts'
import type { Context } from './context.ts'
import { type Connection, type PageArguments, type PageRequest, readPage } from './page.ts'
import { requireRange } from './time-range.ts'

export type RenameArguments = Pick<PageArguments, 'first' | 'after'> & {
  range: TimeRange
  platform?: PlatformName | null
}

/** A page of the renames of all channels in a range, newest first. */
export const renames = async (context: Context, args: RenameArguments): Promise<Connection<Rename>> => {
  const range = requireRange('range', args.range)
  const read = ({ beyond, limit }: PageRequest): Promise<Rename[]> =>
    findRenames(context.databases.dm, {
      range,
      platform: args.platform ?? null,
      beyond: beyond && { observedAt: new Date(beyond[0]), channelId: BigInt(beyond[1]) },
      limit,
    })
  return readPage(context, 'renames', args, read, ({ observedAt, channelId }) => [
    observedAt.toISOString(),
    channelId.toString(),
  ])
}
