import { z } from 'zod'
import { fitText } from './fit-text.ts'
import { createHttpCaller } from './http-caller.ts'
import { endingOf, judgeServiceStatus } from './judge-status.ts'
import {
  nameOf,
  oneLine,
  publicUrl,
  type ShownFacts,
  sayDuration,
  sayNumber,
  sentenceOf,
  shownFactsOf,
} from './shown-facts.ts'
import type { AlertMessage } from './target.ts'
import { targetKind } from './target-kind.ts'
import { partsOf, secretsOfUrl, targetUrl } from './target-url.ts'

const pathOfWebhook = /^\/services\/[A-Z0-9]{1,20}\/[A-Z0-9]{1,20}\/\w{1,100}$/i

const webhookUrl = targetUrl.refine((text) => pathOfWebhook.test(URL.parse(text)?.pathname ?? ''), {
  error: 'The URL must be that of an incoming webhook of Slack, like https://hooks.slack.com/services/T…/B…/….',
})

/** What Slack takes for a section and for each of its fields, at most ten. */
const limits = { section: 3_000, field: 2_000, label: 150 } as const

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

const escaped = (character: string): string => entities[character] ?? character

/** A label of a link also ends at nothing else. */
const escapedLabel = (character: string): string => (character === '|' ? '¦' : escaped(character))

/** With `verbatim`, names of channels and people in a text are not made into mentions and links. */
const markdown = (text: string) => ({ type: 'mrkdwn', text, verbatim: true })

const fieldsOf = ({ title, category, viewers, peakViewers, startedAt, endedAt }: ShownFacts) => {
  const fields: [string, string | undefined][] = [
    ['Title', title],
    ['Category', category],
    ['Viewers', endedAt === undefined && viewers !== undefined ? sayNumber(viewers) : undefined],
    ['Most viewers', peakViewers !== undefined && peakViewers !== viewers ? sayNumber(peakViewers) : undefined],
    ['Duration', startedAt !== undefined && endedAt !== undefined ? sayDuration(endedAt - startedAt) : undefined],
  ]
  return fields.flatMap(([name, value]) =>
    value === undefined ? [] : [markdown(`*${name}*\n${fitText(value, limits.field - 50, escaped)}`)],
  )
}

const linkOf = (message: AlertMessage): string | undefined => {
  const [url, name] = [publicUrl(message.channel?.url), nameOf(message)]
  return url && name && `<${[...url].map(escapedLabel).join('')}|${fitText(name, limits.label, escapedLabel)}>`
}

/** A message as Slack shows it, and as a text for its notifications. Slack refuses a message whose picture it can not load, so it has none. */
const slackMessage = (message: AlertMessage) => {
  const text = fitText(`${message.isTest ? 'Test: ' : ''}${sentenceOf(message)}`, limits.section, escaped)
  const fields = fieldsOf(shownFactsOf(message))
  const where = [linkOf(message), fitText(oneLine(message.rule.name) ?? '', limits.label, escaped)].filter(Boolean)
  return {
    text,
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      { type: 'section', text: markdown(text) },
      ...(fields.length > 0 ? [{ type: 'section', fields }] : []),
      ...(where.length > 0 ? [{ type: 'context', elements: [markdown(where.join(' · '))] }] : []),
    ],
  }
}

/** A channel of Slack, by an incoming webhook. Such a webhook can not edit, so each alert is a message. */
export const slackTarget = targetKind({
  settings: z.strictObject({}, { error: 'A target of Slack has no settings.' }),
  secrets: z.strictObject({ url: webhookUrl }, { error: 'A target of Slack has the secret url.' }),
  open: (_settings, { url }, { connect, clock, version }) => {
    const { origin, path } = partsOf(url)
    const caller = createHttpCaller({ origin, connect, secrets: secretsOfUrl(url) })
    return {
      attempt: async (message, { signal }) => {
        const headers = { 'content-type': 'application/json', 'user-agent': `Channelscope/${version}` }
        const body = JSON.stringify(slackMessage(message))
        return endingOf(await caller.call({ method: 'POST', path, headers, body }, signal), judgeServiceStatus, clock)
      },
      [Symbol.asyncDispose]: () => caller[Symbol.asyncDispose](),
    }
  },
  describe: (_settings, { url }) => ({ destination: partsOf(url).host, signingKeys: [] }),
  hostOf: (_settings, { url }) => partsOf(url).hostname,
})
