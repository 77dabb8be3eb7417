import { duration, exactNumber, longInstant, utcInstant } from '../view/format.ts'
import type { Session } from './use-session.ts'
import { completeWords, learnedWords, sourceWords } from './words.ts'

/** One line of a receipt: what it is, and what it says. */
type ReceiptLine = readonly [name: string, text: string]

export type Receipt = { title: string; sections: readonly { name: string; lines: readonly ReceiptLine[] }[] }

type Options = {
  session: Session
  /** Where observations are missing. */
  holes: readonly { from: number; to: number; explanation: string }[]
  zone: string
  now: number
  /** The address of the server. */
  origin: string
}

const unknown = 'unknown'

const number = (value: number | null, unit: string): string =>
  value === null ? unknown : `${exactNumber(value)} ${unit}`

/** What somebody needs as proof of a broadcast: the numbers, where they come from, how complete they are, and the ids. */
export const makeReceipt = ({ session, holes, zone, now, origin }: Options): Receipt => {
  const instant = (at: string | number): string => {
    const ms = typeof at === 'number' ? at : Date.parse(at)
    return zone === 'UTC' ? utcInstant(ms) : `${utcInstant(ms)} (${longInstant(ms, zone)} ${zone})`
  }
  const { channel, chapters } = session
  return {
    title: `Broadcast of ${channel.displayName ?? channel.slug ?? channel.id}`,
    sections: [
      {
        name: 'Broadcast',
        lines: [
          ['Channel', `${channel.platform.toLowerCase()}/${channel.slug ?? unknown}`],
          ['Title', session.title ?? unknown],
          ['Category', session.category ?? unknown],
          ['Start', instant(session.startedAt)],
          ['End', session.endedAt ? instant(session.endedAt) : 'it lasts'],
          ['Duration', `${duration(session.durationSeconds)}${session.isLive ? ' so far' : ''}`],
        ],
      },
      {
        name: 'Numbers',
        lines: [
          [
            'Peak',
            session.peakAt
              ? `${number(session.peakViewers, 'viewers')}, first seen ${instant(session.peakAt)}`
              : number(session.peakViewers, 'viewers'),
          ],
          ['Average', number(session.averageViewers === null ? null : Math.round(session.averageViewers), 'viewers')],
          ['Hours watched', number(session.hoursWatched, 'hours')],
          ['Messages', number(session.messages, 'messages')],
          ['Chatters', number(session.chatters, 'people')],
          ['Follows', number(session.follows, 'follows')],
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
          `${title ?? unknown}; ${category ?? unknown}; told ${sourceWords(source)}`,
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
