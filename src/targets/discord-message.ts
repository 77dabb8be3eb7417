import { fitText } from './fit-text.ts'
import { nameOf, oneLine, publicUrl, type ShownFacts, sayDuration, sayNumber, sentenceOf } from './shown-facts.ts'
import type { AlertMessage } from './target.ts'

/** The body of a request that makes or edits a message of Discord. */
export type DiscordMessage = {
  content?: string
  embeds: DiscordEmbed[]
  /** Whom it may notify, whatever it says. */
  allowed_mentions: { parse: []; roles: string[] }
}

type Field = { name: string; value: string; inline: boolean }

type DiscordEmbed = {
  author?: { name: string; url?: string; icon_url?: string }
  title?: string
  url?: string
  description: string
  color: number
  fields: Field[]
  image?: { url: string }
  footer?: { text: string }
  timestamp?: string
}

const colours = { live: 0xd9_30_25, ended: 0x74_7f_8d, trouble: 0xe6_7e_22, other: 0x3b_82_f6 } as const

const troubles: ReadonlySet<string> = new Set([
  'outage',
  'banned',
  'collided',
  'claim-lost',
  'trust-fell',
  'job-failed',
  'delivery-failed',
])

/** Of what Discord takes for a title, an author and a footer together at most 6,000 characters: these leave far more. */
const limits = { title: 256, author: 256, description: 2_048, field: 1_024, footer: 256 } as const

/** What Discord's Markdown, mentions, emoji and links are made of stands for itself after a backslash. */
const escaped = (character: string): string => (/[\\*_~`|>#+\-[\]()<:@]/.test(character) ? `\\${character}` : character)

const secondsOf = (at: number): number => Math.floor(at / 1_000)

const colourOf = ({ kind, thread }: AlertMessage, { endedAt }: ShownFacts): number => {
  if (troubles.has(kind)) return colours.trouble
  if (kind === 'ended' || endedAt !== undefined) return colours.ended
  return thread !== null || kind === 'went-live' ? colours.live : colours.other
}

const fieldsOf = ({ category, viewers, peakViewers, startedAt, endedAt }: ShownFacts): Field[] => {
  const isOver = endedAt !== undefined
  const fields: [string, string | undefined][] = [
    ['Category', category && fitText(category, limits.field, escaped)],
    ['Viewers', !isOver && viewers !== undefined ? sayNumber(viewers) : undefined],
    ['Most viewers', peakViewers !== undefined && peakViewers !== viewers ? sayNumber(peakViewers) : undefined],
    // Discord shows such an instant in the language and zone of who reads it.
    ['Started', !isOver && startedAt !== undefined ? `<t:${secondsOf(startedAt)}:R>` : undefined],
    ['Duration', isOver && startedAt !== undefined ? sayDuration(endedAt - startedAt) : undefined],
  ]
  return fields.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value, inline: true }]))
}

const footerOf = ({ channel, rule, isTest }: AlertMessage): string =>
  [isTest ? 'Test' : undefined, oneLine(channel?.platform), oneLine(rule.name)].filter(Boolean).join(' · ')

/** A message as Discord shows it. No text of others notifies anybody or is read as Markdown. */
export const discordMessage = (message: AlertMessage, facts: ShownFacts): DiscordMessage => {
  const { channel } = message
  const name = nameOf(message)
  const url = publicUrl(channel?.url)
  const icon = publicUrl(channel?.avatarUrl)
  const at = Date.parse(message.at)
  const footer = footerOf(message)
  const embed: DiscordEmbed = {
    ...(name !== undefined && {
      author: { name: fitText(name, limits.author), ...(url && { url }), ...(icon && { icon_url: icon }) },
    }),
    ...(facts.title !== undefined && { title: fitText(facts.title, limits.title, escaped), ...(url && { url }) }),
    description: fitText(sentenceOf(message), limits.description, escaped),
    color: colourOf(message, facts),
    fields: fieldsOf(facts),
    ...(facts.imageUrl !== undefined && { image: { url: facts.imageUrl } }),
    ...(footer !== '' && { footer: { text: fitText(footer, limits.footer) } }),
    ...(!Number.isNaN(at) && { timestamp: new Date(at).toISOString() }),
  }
  return { embeds: [embed], allowed_mentions: { parse: [], roles: [] } }
}

/** The same, with a role that is notified. Only a new message notifies: an edit does not. */
export const mentioning = (message: DiscordMessage, roleId: string | undefined): DiscordMessage =>
  roleId === undefined
    ? message
    : { ...message, content: `<@&${roleId}>`, allowed_mentions: { parse: [], roles: [roleId] } }
