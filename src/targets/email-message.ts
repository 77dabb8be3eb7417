import { fitText } from './fit-text.ts'
import { nameOf, oneLine, publicUrl, sayDuration, sayNumber, sentenceOf, shownFactsOf } from './shown-facts.ts'
import type { AlertMessage } from './target.ts'

/** What a message says as a letter. */
export type Letter = {
  subject: string
  text: string
  html: string
  /** The same at every attempt, so that a mailbox that has the letter already knows it. */
  messageId: string
  /** The id of a letter that never was, which those about one broadcast answer, so that they stand together. */
  references: string | undefined
}

const longestSubject = 200

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character]!)

const idOf = (what: string, domain: string): string => `<${what.replace(/[^\w.-]/g, '-').slice(0, 200)}@${domain}>`

const linesOf = (message: AlertMessage): [string, string][] => {
  const { title, category, viewers, peakViewers, startedAt, endedAt } = shownFactsOf(message)
  const lines: [string, string | undefined][] = [
    ['Channel', nameOf(message)],
    ['Title', title],
    ['Category', category],
    ['Viewers', endedAt === undefined && viewers !== undefined ? sayNumber(viewers) : undefined],
    ['Most viewers', peakViewers !== undefined && peakViewers !== viewers ? sayNumber(peakViewers) : undefined],
    ['Duration', startedAt !== undefined && endedAt !== undefined ? sayDuration(endedAt - startedAt) : undefined],
    ['At', message.at],
    ['Rule', oneLine(message.rule.name)],
  ]
  return lines.flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]]))
}

/** Writes a message as plain text and as simple HTML; `domain` is that of the sender. */
export const letterOf = (message: AlertMessage, domain: string): Letter => {
  const sentence = sentenceOf(message)
  const lines = linesOf(message)
  const url = publicUrl(message.channel?.url)
  const rows = lines.map(([name, value]) => `<tr><td>${name}</td><td>${escaped(value)}</td></tr>`)
  return {
    subject: fitText(`${message.isTest ? 'Test: ' : ''}${sentence}`, longestSubject),
    text: [sentence, '', ...lines.map(([name, value]) => `${name}: ${value}`), ...(url ? ['', url] : []), ''].join(
      '\n',
    ),
    html: [
      `<p>${escaped(sentence)}</p>`,
      `<table>\n${rows.join('\n')}\n</table>`,
      ...(url ? [`<p><a href="${escaped(url)}">${escaped(url)}</a></p>`] : []),
    ].join('\n'),
    messageId: idOf(`alert-${message.id}`, domain),
    references: message.thread === null ? undefined : idOf(`thread-${message.thread}`, domain),
  }
}
