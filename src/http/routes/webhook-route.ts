import type { IncomingMessage } from 'node:http'
import { counter, metricsPer } from '../../lib/metric.ts'
import type { Receipt, Receiver } from '../../webhooks/receiver.ts'
import type { Reply } from '../server/reply.ts'

/** The largest body of a webhook. */
const maxWebhookBytes = 256 * 1024

type Refusal = 'wrong-method' | 'encoded' | 'too-large'

/** How a request to a webhook's path ended; nobody was there any more to be answered when it was interrupted. */
type WebhookResult = Answered | 'interrupted'
type Answered = Receipt['kind'] | Refusal

/** Headers are names and values in turn. */
type Answer = { status: number; text: string; headers?: readonly string[] }

const tryAgain = ['Retry-After', '10']
// What was not read of a body must not be taken for the next request.
const unread = ['Connection', 'close']

/** What each result is answered with; a challenge and a malformed request bring their own text. */
const answers: Record<Answered, Answer> = {
  accepted: { status: 200, text: 'Accepted.' },
  challenge: { status: 200, text: '' },
  malformed: { status: 400, text: '' },
  forged: { status: 401, text: 'The signature is not valid.' },
  'not-set-up': { status: 404, text: 'This platform is not set up.' },
  'wrong-method': { status: 405, text: 'Webhooks are sent by POST.', headers: ['Allow', 'POST', ...unread] },
  'too-large': { status: 413, text: `The body must have at most ${maxWebhookBytes} bytes.`, headers: unread },
  encoded: { status: 415, text: 'The body must not be encoded.', headers: unread },
  unverifiable: { status: 503, text: 'The signature can not be checked now.', headers: tryAgain },
  unavailable: { status: 503, text: 'The delivery can not be stored now.', headers: tryAgain },
}

const send = (response: Reply, result: Answered, text = answers[result].text): void => {
  const { status, headers } = answers[result]
  if (headers) response.tell(...headers)
  response.sendText('text/plain; charset=utf-8', text, status)
}

/** What is wrong with a request before anything of its body is read. */
const refusal = ({ method, headers }: IncomingMessage): Refusal | null => {
  if (method !== 'POST') return 'wrong-method'
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') return 'encoded'
  return Number(headers['content-length'] ?? 0) > maxWebhookBytes ? 'too-large' : null
}

/** The bytes of the body, or what came in between: too many of them, after which reading stops, or the sender's going away. */
const readBody = (request: IncomingMessage): Promise<Buffer | 'too-large' | 'interrupted'> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= maxWebhookBytes) chunks.push(chunk)
      else {
        request.pause()
        resolve('too-large')
      }
    })
    request.on('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)))
    request.on('error', () => resolve('interrupted'))
  })

/** `/webhooks/<platform>` of each receiver, and what came of the requests to them. */
export const createWebhookRoutes = (receivers: readonly Receiver[]) => {
  const counts = new Map(receivers.map(({ platform }) => [platform, new Map<WebhookResult, number>()]))

  const handle = async (receiver: Receiver, request: IncomingMessage, response: Reply): Promise<WebhookResult> => {
    const body = refusal(request) ?? (await readBody(request))
    if (typeof body === 'string') {
      if (body === 'interrupted') response.destroy()
      else send(response, body)
      return body
    }
    const receipt = await receiver.receive(request.headers, body)
    send(response, receipt.kind, 'text' in receipt ? receipt.text : undefined)
    return receipt.kind
  }

  const routeOf = (receiver: Receiver) => async (request: IncomingMessage, response: Reply) => {
    const result = await handle(receiver, request, response)
    const count = counts.get(receiver.platform)!
    count.set(result, (count.get(result) ?? 0) + 1)
  }

  const platforms = metricsPer('platform', () => receivers.map(({ platform, lag }) => [platform, lag()] as const))
  const requests = () =>
    [...counts].flatMap(([platform, results]) =>
      [...results].map(([result, value]) => ({ labels: { platform, result }, value })),
    )

  return {
    routes: Object.fromEntries(receivers.map((receiver) => [`/webhooks/${receiver.platform}`, routeOf(receiver)])),
    metrics: [
      counter('webhook_requests_total', 'Requests to the paths of webhooks by their result.', requests, [
        'platform',
        'result',
      ]),
      platforms.histogram(
        'webhook_receipt_lag_seconds',
        'Time from the platform’s signed timestamp to the receipt, of accepted deliveries.',
        ({ all }) => all,
      ),
      platforms.gauge(
        'webhook_last_lag_seconds',
        'Time from the signed timestamp to the receipt of the last accepted delivery; negative when it is ahead of our clock.',
        ({ lastMs }) => lastMs / 1_000,
      ),
    ],
  }
}
