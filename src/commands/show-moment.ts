import { z } from 'zod'
import {
  channelMoment,
  chapterOfMoment,
  followersAt,
  type MomentContext,
  sessionAt,
  slugAt,
  statusAt,
  viewersAt,
} from '../resolvers/channel-moment.ts'
import { globalId } from '../resolvers/global-id.ts'
import { minute, row } from './words.ts'

const text = z.string().nullable()

/** What was true of a channel at an instant, as JSON. */
export const momentResult = z
  .object({
    at: z.iso.datetime(),
    slug: text,
    status: z.enum(['online', 'offline', 'unknown']),
    session: z.object({ id: z.string(), startedAt: z.iso.datetime() }).nullable(),
    title: text,
    category: text,
    language: text,
    viewers: z.object({ count: z.int(), at: z.iso.datetime() }).nullable(),
    followerCount: z.int().nullable(),
  })
  .nullable()
  .describe(
    'with --at what was true then, else null: at, slug, status, session (id and startedAt), title, category, language, viewers (count and at) and followerCount',
  )

type Moment = NonNullable<z.infer<typeof momentResult>>

/** Reads what was true of a channel at an instant that has come. */
export const readMoment = async (context: MomentContext, channelId: bigint, at: Date): Promise<Moment> => {
  const moment = channelMoment(context, channelId, at)
  const [slug, status, session, chapter, viewers, followerCount] = await Promise.all([
    slugAt(context, moment),
    statusAt(context, moment),
    sessionAt(context, moment),
    chapterOfMoment(context, moment),
    viewersAt(context, moment),
    followersAt(context, moment),
  ])
  return {
    at: at.toISOString(),
    slug,
    status,
    session: session && {
      id: globalId('StreamSession', session.id),
      startedAt: session.startedAt.toISOString(),
    },
    title: chapter?.title ?? null,
    category: chapter?.category ?? null,
    language: chapter?.language ?? null,
    viewers: viewers && { count: viewers.count, at: viewers.at.toISOString() },
    followerCount,
  }
}

const statusText = ({ status, session }: Moment): string => {
  if (session) return `live since ${minute(new Date(session.startedAt))}`
  return status === 'offline' ? 'offline' : 'not known: nobody looked, or the probes of then are not kept'
}

/** A moment as a terminal shows it. */
export const momentLines = (moment: Moment): string[] => {
  const { at, slug, title, category, viewers, followerCount } = moment
  const what = [category, title].filter((part) => part !== null && part !== '').join(': ')
  return [
    `At ${at}`,
    row('name', slug ?? 'none was seen'),
    row('status', statusText(moment)),
    ...(what ? [row('broadcast', what)] : []),
    ...(viewers ? [row('viewers', `${viewers.count}, counted ${viewers.at}`)] : []),
    ...(followerCount === null ? [] : [row('followers', String(followerCount))]),
  ]
}
