import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { buffer } from 'node:stream/consumers'
import { drainPending, Session } from 'chdb'

/** What happens to a request: no answer, an answer of a broken proxy, or a connection that is lost after the work was done. */
export type ClickHouseFault = 'none' | 'hang' | 'status-500' | 'lost-answer'

const credentials = { user: 'tester', password: 'p@ss word' }

// Of the HTTP interface alone; the engine does not know them.
const transportParameters = new Set([
  'query',
  'query_id',
  'database',
  'default_format',
  'wait_end_of_query',
  'enable_http_compression',
  'role',
  'session_id',
])

const literal = (value: string): string =>
  `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\0', '\\0')}'`

const statusOf = (code: number): number => (code === 60 || code === 81 ? 404 : code === 62 || code === 27 ? 400 : 500)

/** The parameters of a request and what follows the statement: the URL first, then a multipart form or the body. */
const readRequest = async (request: IncomingMessage) => {
  const parameters = new URL(request.url!, 'http://engine').searchParams
  const body = await buffer(request)
  const type = request.headers['content-type'] ?? ''
  if (!type.startsWith('multipart/form-data')) return { parameters, body }
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData()
  for (const [name, value] of form) parameters.append(name, String(value))
  return { parameters, body: Buffer.alloc(0) }
}

/** The statement of a request; rows in Parquet, which are no text, go through a file. */
const statementOf = (query: string, body: Buffer) => {
  const [, into, columns] = /^INSERT INTO (\w+ \(([\w, ]+)\)) FORMAT Parquet$/.exec(query) ?? []
  if (into === undefined) return { statement: [query, body.toString()].filter(Boolean).join('\n'), done: () => {} }
  const file = path.join(os.tmpdir(), `rows-${randomUUID()}.parquet`)
  writeFileSync(file, body)
  const done = () => rmSync(file)
  return { statement: `INSERT INTO ${into} SELECT ${columns} FROM file('${file}', Parquet)`, done }
}

const insertedRows = /^INSERT INTO (\w+) \(([\w, ]+)\) FORMAT JSONCompactEachRow$/

/** Rows as servers from 26.8 on read them: a bare number for a DateTime64 is seconds, where this engine takes it for milliseconds. */
const numbersAsSeconds = async (session: Session, query: string, body: Buffer): Promise<Buffer> => {
  const [, table, columns] = insertedRows.exec(query) ?? []
  if (table === undefined) return body
  const described = await session.queryAsync(`DESCRIBE TABLE ${table}`, { format: 'TabSeparated' })
  const types = new Map(
    described
      .text()
      .split('\n')
      .map((line) => line.split('\t') as [string, string]),
  )
  const places = columns!.split(', ').flatMap((name, place) => (types.get(name)?.includes('DateTime64') ? [place] : []))
  const lines = body.toString().trimEnd().split('\n')
  const read = lines.map((line) => {
    const row = JSON.parse(line) as unknown[]
    for (const place of places) if (typeof row[place] === 'number') row[place] = (row[place] * 1_000) as number
    return JSON.stringify(row)
  })
  return Buffer.from(`${read.join('\n')}\n`)
}

/**
 * The HTTP interface of a ClickHouse server, as far as clients of this project use it, in front of an embedded engine on
 * the directory. The process can not hold another embedded engine meanwhile. It calls itself the version, which has no known fault unless told, and from 26.8 on
 * it reads bare numbers as such servers do; rows it reads then hold no integers beyond 2 ** 53.
 */
export const startClickHouseHttp = async (directory: string, { version = '26.7.3.9' }: { version?: string } = {}) => {
  // Keeps the engine open while no request is there.
  const keeper = new Session(directory)
  let fault: ClickHouseFault = 'none'
  let requests = 0

  const run = async (parameters: URLSearchParams, body: Buffer): Promise<Uint8Array> => {
    const session = new Session(directory)
    const query = parameters.get('query') ?? ''
    let done = () => {}
    try {
      await session.queryAsync(`USE ${parameters.get('database') ?? 'default'}`)
      const readsSeconds = Number.parseFloat(version) >= 26.8
      const prepared = statementOf(query, readsSeconds ? await numbersAsSeconds(session, query, body) : body)
      done = prepared.done
      const settings = [...parameters].filter(([name]) => !transportParameters.has(name) && name !== 'readonly')
      if (settings.length > 0)
        await session.queryAsync(`SET ${settings.map(([name, value]) => `${name} = ${literal(value)}`).join(', ')}`)
      const readonly = parameters.get('readonly')
      if (readonly !== null) await session.queryAsync(`SET readonly = ${Number(readonly)}`)
      const statement = prepared.statement.replace('version()', `'${version}'`)
      return (await session.queryAsync(statement, { format: 'TabSeparated' })).bytes()
    } finally {
      session.close()
      done()
    }
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { parameters, body } = await readRequest(request)
    requests += 1
    if (fault === 'hang') return
    if (fault === 'status-500') {
      response.writeHead(502, { 'content-type': 'text/html' }).end('<html>Bad Gateway</html>')
      return
    }
    const given = `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64')}`
    if (request.url === '/ping') response.end('Ok.\n')
    else if (request.headers.authorization !== given) {
      response
        .writeHead(403, { 'X-ClickHouse-Exception-Code': '516' })
        .end('Code: 516. DB::Exception: tester: Authentication failed. (AUTHENTICATION_FAILED)')
    } else {
      const id = parameters.get('query_id') ?? randomUUID()
      try {
        const rows = await run(parameters, body)
        if (fault === 'lost-answer') request.socket.destroy()
        else response.writeHead(200, { 'X-ClickHouse-Query-Id': id, 'X-ClickHouse-Summary': '{}' }).end(rows)
      } catch (error) {
        const { clickhouseCode = 1, message } = error as { clickhouseCode?: number; message: string }
        response
          .writeHead(statusOf(clickhouseCode), {
            'X-ClickHouse-Query-Id': id,
            'X-ClickHouse-Exception-Code': String(clickhouseCode),
          })
          .end(message)
      }
    }
  }

  const server = createServer({ maxHeaderSize: 2 ** 20 }, (request, response) => {
    answer(request, response).catch(() => request.socket.destroy())
  })
  const listen = async (port: number): Promise<number> => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }
  const stop = async (): Promise<void> => {
    if (!server.listening) return
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  }
  const port = await listen(0)

  return {
    /** With the credentials and a database that does not exist before it is made. */
    url: `http://${credentials.user}:${encodeURIComponent(credentials.password)}@127.0.0.1:${port}/vf`,
    /** How many requests have arrived. */
    requests: () => requests,
    /** From now on, until it is set again. */
    setFault: (next: ClickHouseFault) => {
      fault = next
    },
    /** Refuses connections and cuts those that are open; the data stays. */
    stop,
    /** Listens again on the same port. */
    start: () => listen(port),
    [Symbol.asyncDispose]: async () => {
      await stop()
      keeper.close()
      await drainPending()
    },
  }
}
