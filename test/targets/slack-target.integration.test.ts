import { expect, test } from 'vitest'
import { openTarget } from '../../src/targets/open-target.ts'
import type { AlertMessage } from '../../src/targets/target.ts'
import { takeLeaks } from '../support/access/canary.ts'
import { alertMessage, first } from '../support/targets/alert-message.ts'
import { type SlackServer, startSlack } from '../support/targets/slack-server.ts'

const sendTo = async (slack: Pick<SlackServer, 'url'>, more: Partial<AlertMessage> = {}) => {
  await using target = openTarget('slack', {}, { url: slack.url }, { privateNetworks: ['127.0.0.1'], clock: Date.now })
  return await target.send(alertMessage(more), first())
}

/** The texts of the blocks of the first message that came. */
const partsOf = ({ messages: [message] }: SlackServer) =>
  message!.blocks.flatMap(({ text, fields = [], elements = [] }) => [...(text ? [text] : []), ...fields, ...elements])

/** All texts of that message. */
const textsOf = (slack: SlackServer) => [slack.messages[0]!.text, ...partsOf(slack).map(({ text }) => text)]

test('a channel gets the sentence, what is known, and where it is', async () => {
  await using slack = await startSlack()
  expect(await sendTo(slack)).toMatchObject({ kind: 'delivered', status: 200, answer: 'ok' })
  expect(slack.messages[0]!.text).toBe('Alpha is live.')
  expect(textsOf(slack)).toEqual([
    'Alpha is live.',
    'Alpha is live.',
    '*Title*\nHello',
    '*Category*\nJust Chatting',
    '*Viewers*\n1,234',
    '<https://kick.com/alpha|Alpha> · Our streamers',
  ])
})

test('nothing that others wrote is a mention, a link or a channel', async () => {
  await using slack = await startSlack()
  const title = '<!channel> & <@U123> <https://evil.example|click> @here #general'
  const channel = { ...alertMessage().channel!, displayName: 'A|B>C' }
  await sendTo(slack, { channel, facts: { title }, text: `${title} is live.`, rule: { id: '1', name: '<!everyone>' } })
  const safe = '&lt;!channel&gt; &amp; &lt;@U123&gt; &lt;https://evil.example|click&gt; @here #general'
  expect(textsOf(slack)).toEqual([
    `${safe} is live.`,
    `${safe} is live.`,
    `*Title*\n${safe}`,
    '<https://kick.com/alpha|A¦B&gt;C> · &lt;!everyone&gt;',
  ])
  // What is verbatim is not searched for names, so @here stays what it is.
  expect(partsOf(slack).filter(({ verbatim }) => !verbatim)).toEqual([])
})

test.each<[string, Partial<AlertMessage>]>([
  ['very long texts', { text: '&'.repeat(9_000), facts: { title: '<'.repeat(9_000), category: '🎉'.repeat(9_000) } }],
  ['nothing', { text: '', facts: {}, channel: null, rule: { id: '1', name: '' } }],
  ['other types', { facts: { title: 7, category: null, viewers: '5' } }],
])('Slack takes a message with %s', async (_what, more) => {
  await using slack = await startSlack()
  expect(await sendTo(slack, more)).toMatchObject({ kind: 'delivered', status: 200 })
})

test.each([
  [404, 'no_service'],
  [404, 'no_active_hooks'],
  [403, 'invalid_token'],
  [403, 'action_prohibited'],
  [410, 'channel_is_archived'],
  [400, 'invalid_payload'],
])('%i %s is for good', async (status, text) => {
  await using slack = await startSlack()
  slack.instead.push({ status, text })
  expect(await sendTo(slack)).toMatchObject({ kind: 'refused', status, answer: text })
})

test('a limit is waited for as Slack says, and a failure of Slack is tried again', async () => {
  await using slack = await startSlack()
  slack.instead.push(
    { status: 429, headers: { 'retry-after': '30' }, text: 'rate_limited' },
    { status: 500, text: 'rollup_error' },
  )
  expect(await sendTo(slack)).toMatchObject({ kind: 'retry', status: 429, afterMs: 30_000 })
  expect(await sendTo(slack)).toMatchObject({ kind: 'retry', status: 500 })
})

test('no outcome tells the URL of the webhook', async () => {
  await using slack = await startSlack()
  slack.instead.push({ status: 500, text: `failed: ${slack.url}` })
  expect(JSON.stringify(await sendTo(slack))).not.toMatch(/canary/i)
  // The server that repeats the URL is the one that leaks it.
  takeLeaks()
})
