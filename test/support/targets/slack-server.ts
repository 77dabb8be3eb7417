import { type Reply, type SeenRequest, startScriptedHttp } from '../platforms/scripted-http.ts'

type Text = { type: string; text: string; verbatim?: boolean }

/** A message as it was posted. */
type SlackMessage = {
  text: string
  blocks: { type: string; text?: Text; fields?: Text[]; elements?: Text[] }[]
}

/** A small Slack with one incoming webhook. It answers in plain text as the real one does. */
export type SlackServer = AsyncDisposable & {
  readonly url: string
  readonly messages: SlackMessage[]
  /** Instead of what Slack would answer to the next requests. */
  readonly instead: Reply[]
}

const path = '/services/T0CANARY1/B0TARGETS/canaryOfTheWebhook012345'

const say = (status: number, text: string, headers: Record<string, string> = {}): Reply => ({ status, text, headers })

const isText = ({ type, text }: Text, longest: number): boolean =>
  ['mrkdwn', 'plain_text'].includes(type) && typeof text === 'string' && text.length >= 1 && text.length <= longest

/** What Slack takes of a section and of a context (https://docs.slack.dev/reference/block-kit/blocks). */
const isBlock = ({ type, text, fields, elements }: SlackMessage['blocks'][number]): boolean => {
  if (type === 'context') return !!elements && elements.length <= 10 && elements.every((each) => isText(each, 3_000))
  if (type !== 'section' || (text === undefined && fields === undefined)) return false
  const areFields = fields === undefined || (fields.length >= 1 && fields.length <= 10)
  return areFields && (fields ?? []).every((each) => isText(each, 2_000)) && (text === undefined || isText(text, 3_000))
}

const answer = (slack: SlackServer, { path: asked, method, body }: SeenRequest): Reply => {
  if (asked !== path) return say(404, 'no_service')
  if (method !== 'POST') return say(405, 'method_not_allowed')
  const message = URL.canParse(body) ? undefined : (JSON.parse(body) as SlackMessage)
  if (typeof message !== 'object') return say(400, 'invalid_payload')
  if (!message.text) return say(400, 'no_text')
  if (!(message.blocks ?? []).every(isBlock) || (message.blocks ?? []).length > 50) return say(400, 'invalid_blocks')
  slack.messages.push(message)
  return say(200, 'ok')
}

/** Starts it. */
export const startSlack = async (): Promise<SlackServer> => {
  const server = await startScriptedHttp((request) => slack.instead.shift() ?? answer(slack, request))
  const slack: SlackServer = {
    url: server.url + path,
    messages: [],
    instead: [],
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
  return slack
}
