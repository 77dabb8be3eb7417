import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A span as a collector gets it. */
export type CollectedSpan = {
  traceId: string
  spanId: string
  parentSpanId: string
  name: string
  kind: number
  attributes: Record<string, unknown>
  status: { code?: number; message?: string }
  service: string
}

type Value = { stringValue?: string; intValue?: number | string; boolValue?: boolean; doubleValue?: number }
type Attribute = { key: string; value: Value }

const readValue = ({ stringValue, intValue, boolValue, doubleValue }: Value): unknown =>
  stringValue ?? boolValue ?? doubleValue ?? Number(intValue)

const attributesOf = (list: Attribute[] = []): Record<string, unknown> =>
  Object.fromEntries(list.map(({ key, value }) => [key, readValue(value)]))

const spansOf = (body: string): CollectedSpan[] =>
  // biome-ignore lint/suspicious/noExplicitAny: what the collector is sent is what is tested
  (JSON.parse(body) as any).resourceSpans.flatMap(({ resource, scopeSpans }: any) =>
    // biome-ignore lint/suspicious/noExplicitAny: see above
    scopeSpans.flatMap((scope: any) =>
      // biome-ignore lint/suspicious/noExplicitAny: see above
      scope.spans.map((span: any) => ({
        ...span,
        parentSpanId: span.parentSpanId ?? '',
        attributes: attributesOf(span.attributes),
        status: span.status ?? {},
        service: attributesOf(resource.attributes)['service.name'],
      })),
    ),
  )

/** A collector of traces that speaks OTLP over HTTP in JSON, on a port of its own. */
export const startCollector = async () => {
  const spans: CollectedSpan[] = []
  const bodies: string[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString()
    if (request.url === '/v1/traces' && request.headers['content-type'] === 'application/json') {
      bodies.push(body)
      spans.push(...spansOf(body))
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}')
    } else response.writeHead(400).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    /** Everything that was sent, as it was sent. */
    text: () => bodies.join('\n'),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

export type Collector = Awaited<ReturnType<typeof startCollector>>
