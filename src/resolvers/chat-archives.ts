import type { ChatArchiveLog } from '../../prisma/generated/client/client.ts'
import type { Context } from './context.ts'
import { type Connection, type PageArguments, readPage } from './page.ts'
import { byId, paddedIds } from './prisma-selection.ts'

const list = 'chat archives by window'

/** The archives with these ids, in one statement; none for the public, and none of other environments. */
export const findChatArchives = async (
  { prisma, history, identity }: Context,
  ids: readonly bigint[],
): Promise<Map<bigint, ChatArchiveLog>> =>
  ids.length === 0 || identity.role === 'PUBLIC'
    ? new Map()
    : byId(await prisma.chatArchiveLog.findMany({ where: { id: { in: paddedIds(ids) }, env: history.env } }))

/** A page of the archived hours of chat, newest first, including those under way. */
export const chatArchives = (
  context: Context,
  page: Pick<PageArguments, 'first' | 'after'>,
): Promise<Connection<ChatArchiveLog>> =>
  readPage(
    context,
    list,
    page,
    ({ beyond, limit }) =>
      context.prisma.chatArchiveLog.findMany({
        where: { env: context.history.env, ...(beyond && { windowFrom: { lt: new Date(beyond[0]) } }) },
        orderBy: { windowFrom: 'desc' },
        take: limit,
      }),
    ({ id, windowFrom }) => [windowFrom.toISOString(), id.toString()],
  )
