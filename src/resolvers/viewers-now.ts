import type { StreamSession } from '../../prisma/generated/client/client.ts'
import { isSame } from '../sessions/instants.ts'
import { type ViewersNow, viewersOfChannels } from '../sessions/viewers-now.ts'
import type { ListedChannel } from './channel-order.ts'
import type { Context } from './context.ts'

const name = 'viewers now'

/** The viewers of a channel, and the start of what they watch. */
type Watched = ViewersNow & { startedAt: Date }

const loading =
  ({ databases }: Context) =>
  async (ids: readonly bigint[]): Promise<Map<bigint, Watched>> => {
    const found = await databases.dm.query(viewersOfChannels, [ids])
    return new Map(found.map(({ channelId, ...watched }) => [channelId, watched]))
  }

/** One statement for all channels of the operation. */
const watchedOn = (context: Context, channelId: bigint): Promise<Watched | undefined> =>
  context.loaders.load(name, null, channelId, loading(context))

/** Keeps the viewers that ordered a page, so that each channel shows those by which it has its place. */
export const keepViewers = (context: Context, { id, count, at, startedAt }: ListedChannel): void => {
  if (count === undefined) return
  const watched = count !== null && at && startedAt ? { count, at, startedAt } : undefined
  context.loaders.prime<bigint, null, Watched | undefined>(name, null, id, loading(context), watched)
}

/** How many watch the channel now; null when it is not live, hides them, or was not probed lately. */
export const viewersOfChannel = async (context: Context, { id }: { id: bigint }): Promise<ViewersNow | null> =>
  (await watchedOn(context, id)) ?? null

/** How many watch the broadcast now; null when it is over, too. */
export const viewersOfSession = async (
  context: Context,
  { channelId, startedAt, endedAt }: Pick<StreamSession, 'channelId' | 'startedAt' | 'endedAt'>,
): Promise<ViewersNow | null> => {
  const watched = endedAt === null ? await watchedOn(context, channelId) : undefined
  return watched && isSame(watched.startedAt, startedAt) ? watched : null
}
