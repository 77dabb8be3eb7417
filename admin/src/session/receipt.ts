import { counted, duration, longInstant, utcInstant } from '../view/format.ts'
import type { Session } from './use-session.ts'
import { completeWords, endWords, learnedWords, soFar, sourceWords } from './words.ts'

/** One line of a receipt: what it is, and what it says. */
type ReceiptLine = readonly [name: string, text: string]

export type Receipt = { title: string; sections: readonly { name: string; lines: readonly ReceiptLine[] }[] }

type Options = {
  session: Session
  /** Where observations are missing. */
  holes: readonly { from: number; to: number; explanation: string }[]
  /** When an inferred end was noticed; null where it was reported, or nothing tells it. */
  noticedAt: string | null
  zone: string
  now: number
  /** The address of the server. */
  origin: string
}

const notReported = 'not reported'

/** What is not counted while a broadcast lasts, and shortly after it. */
const notYet = ({ isLive }: Session): string =>
  isLive ? 'counted a few minutes after the broadcast ends' : 'counted a few minutes after the end'

const noViewers = 'not known: the streamer hides the count, or no probe counted'

const viewers = (value: number | null): string => (value === null ? noViewers : counted(value, 'viewers'))

/** What is counted of a broadcast: the whole, or so far. */
const countLines = (session: Session): ReceiptLine[] => {
  const { messages, follows, isCounted } = soFar(session)
  const far = isCounted ? '' : ', so far'
  const { chatters } = session
  return [
    ['Messages', `${counted(messages, 'messages')}${far}`],
    ['Chatters', chatters === null ? notYet(session) : counted(chatters, 'people')],
    ['Follows', `${counted(follows, 'follows')}${far}`],
  ]
}

/** What somebody needs as proof of a broadcast: the numbers, where they come from, how complete they are, and the ids. */
export const makeReceipt = ({ session, holes, noticedAt, zone, now, origin }: Options): Receipt => {
  const instant = (at: string | number): string => {
    const ms = typeof at === 'number' ? at : Date.parse(at)
    return zone === 'UTC' ? utcInstant(ms) : `${utcInstant(ms)} (${longInstant(ms, zone)} ${zone})`
  }
  const { channel, chapters } = session
  const between = endWords(session, noticedAt, instant)
  return {
    title: `Broadcast of ${channel.displayName ?? channel.slug ?? channel.id}`,
    sections: [
      {
        name: 'Broadcast',
        lines: [
          ['Channel', `${channel.platform.toLowerCase()}/${channel.slug ?? `user ${channel.platformUserId}`}`],
          ['Title', session.title ?? notReported],
          ['Category', session.category ?? notReported],
          ['Start', instant(session.startedAt)],
          ['End', between ? `inferred, ${between}` : session.endedAt ? instant(session.endedAt) : 'still live'],
          [
            'Duration',
            `${between ? 'at least ' : ''}${duration(session.durationSeconds)}${session.isLive ? ' so far' : ''}`,
          ],
        ],
      },
      {
        name: 'Numbers',
        lines: [
          [
            'Peak',
            session.peakAt
              ? `${viewers(session.peakViewers)}, first seen ${instant(session.peakAt)}`
              : viewers(session.peakViewers),
          ],
          ['Average', viewers(session.averageViewers === null ? null : Math.round(session.averageViewers))],
          ['Hours watched', session.hoursWatched === null ? noViewers : counted(session.hoursWatched, 'hours')],
          ...countLines(session),
        ],
      },
      {
        name: 'How sure this is',
        lines: [
          ['Learned', learnedWords(session).join(' ')],
          ['Complete', completeWords(session, utcInstant).join(' ')],
          ...holes.map(
            ({ from, to, explanation }): ReceiptLine => [
              'Missing',
              `${instant(from)} to ${instant(to)}: ${explanation}`,
            ],
          ),
        ],
      },
      {
        name: 'Titles and categories',
        lines: chapters.map(({ from, title, category, source }) => [
          instant(from),
          `${title ?? 'no title'}; ${category ?? 'no category'}; ${sourceWords(source)}`,
        ]),
      },
      {
        name: 'Where to find it again',
        lines: [
          ['Broadcast', session.id],
          ['Channel', `${channel.externalId} (${channel.channelId})`],
          ['Account on the platform', channel.platformUserId],
          ['Address', `${origin}/sessions/${session.id}`],
          ['Made', instant(now)],
        ],
      },
    ],
  }
}

/** A receipt as plain text. */
export const receiptText = ({ title, sections }: Receipt): string =>
  [
    title,
    ...sections.flatMap(({ name, lines }) =>
      lines.length > 0 ? ['', name, ...lines.map(([key, text]) => `  ${key}: ${text}`)] : [],
    ),
    '',
  ].join('\n')
