/** A ClickHouse engine behind a small HTTP door: `node ingest-engine-process.ts <data directory>` prints its port. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { Session } from 'chdb'

const session = new Session(process.argv[2]!)
// As the program sets it for whatever it writes.
await session.queryAsync(`SET date_time_input_format = 'basic'`)

/** Codes by which ClickHouse blames the rows: they cannot be parsed or violate a constraint. */
const rowCodes = new Set([6, 25, 26, 27, 38, 41, 53, 69, 72, 117, 131, 349, 469])

const insert = async (url: URL, body: Buffer): Promise<void> => {
  if (body.length === 0) throw new Error('empty body')
  await session.insert({
    table: url.searchParams.get('table')!,
    columns: JSON.parse(url.searchParams.get('columns')!) as string[],
    format: url.searchParams.get('format') as 'JSONCompactEachRow',
    values: body,
    settings: { insert_deduplication_token: url.searchParams.get('token')!, async_insert: 0 },
  })
}

const closed = (request: IncomingMessage): Promise<void> =>
  new Promise((resolve) => request.socket.once('close', () => resolve()))

const server = createServer(async (request, response) => {
  const url = new URL(request.url!, 'http://engine')
  const fault = request.headers['x-fault']
  try {
    const body = await buffer(request)
    if (url.pathname === '/query') {
      const result = await session.queryAsync(body.toString(), { format: 'JSONCompactEachRow' })
      response.end(result.text())
      return
    }
    if (fault === 'refused') {
      response.writeHead(503).end('Code: 202. Too many simultaneous queries')
      return
    }
    if (fault === 'late') await closed(request)
    await insert(url, body)
    if (fault === 'lost') request.socket.destroy()
    response.end()
  } catch (error) {
    const { clickhouseCode, message } = error as { clickhouseCode?: number; message: string }
    response.writeHead(rowCodes.has(clickhouseCode ?? 0) ? 400 : 500).end(message)
  }
})

server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`))
