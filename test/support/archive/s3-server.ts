import { createHash, createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** What happens to the next requests: an error, no answer, a body of which only half is kept, or a lost connection. */
export type S3Fault = 'status-500' | 'hang' | 'truncate' | 'cut-before' | 'cut-after'

/** Keys of one page of a list: few, so that lists have several. */
const pageSize = 3

export const s3Credentials = { accessKeyId: 'AKTEST', secretAccessKey: 'a secret that must never be told' }

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex')
const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest()
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)

/** Whether the Authorization header is the signature of this request, computed from the rules of AWS Signature Version 4. */
const isSigned = (
  request: IncomingMessage,
  path: string,
  query: URLSearchParams,
  known: typeof s3Credentials,
): boolean => {
  const { authorization = '', 'x-amz-date': date = '' } = request.headers as Record<string, string>
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8}\/[\w-]+\/s3\/aws4_request), ?SignedHeaders=([\w;-]+), ?Signature=(\w+)$/
  const [, keyId, scope, names, signature] = match.exec(authorization) ?? []
  if (keyId !== known.accessKeyId || !scope || !names?.split(';').includes('x-amz-content-sha256')) return false
  const headers = names.split(';').map((name) => `${name}:${String(request.headers[name]).trim()}\n`)
  const canonical = [
    request.method,
    path.split('/').map(encode).join('/'),
    Array.from(query, ([name, value]) => `${encode(name)}=${encode(value)}`)
      .sort()
      .join('&'),
    headers.join(''),
    names,
    request.headers['x-amz-content-sha256'],
  ].join('\n')
  const key = scope.split('/').reduce<string | Buffer>((k, part) => hmac(k, part), `AWS4${known.secretAccessKey}`)
  return hmac(key, `AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(canonical)}`).toString('hex') === signature
}

const refuse = (response: ServerResponse, status: number, code: string): void => {
  response.writeHead(status, { 'content-type': 'application/xml' }).end(`<Error><Code>${code}</Code></Error>`)
}

/** A bucket in memory behind the requests of S3 that this project makes; it checks signatures and sums as S3 does. */
export const startS3Server = async (credentials = () => s3Credentials) => {
  const objects = new Map<string, Buffer>()
  const faults: S3Fault[] = []
  const log: string[] = []

  const answerList = (query: URLSearchParams, response: ServerResponse): void => {
    const after = query.get('continuation-token') ?? ''
    const keys = [...objects.keys()].filter((key) => key.startsWith(query.get('prefix')!) && key > after).sort()
    const page = keys.slice(0, pageSize)
    const next = keys.length > pageSize ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : ''
    const contents = page.map((key) => `<Contents><Key>${key}</Key></Contents>`).join('')
    response.end(`<ListBucketResult>${contents}${next}</ListBucketResult>`)
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url!, 'http://s3')
    const path = decodeURIComponent(pathname)
    const key = path.replace(/^\/bucket\//, '')
    log.push(`${request.method} ${key}`)
    const fault = faults.shift()
    if (fault === 'cut-before') return void request.socket.destroy()
    const body = await buffer(request)
    if (fault === 'hang') return
    if (fault === 'status-500') return refuse(response, 500, 'InternalError')
    if (!isSigned(request, path, searchParams, credentials())) return refuse(response, 403, 'SignatureDoesNotMatch')
    if (request.method === 'PUT') {
      if (sha256(body) !== request.headers['x-amz-content-sha256'])
        return refuse(response, 400, 'XAmzContentSHA256Mismatch')
      // ClickHouse sends none.
      const checksum = request.headers['x-amz-checksum-sha256']
      if (checksum !== undefined && createHash('sha256').update(body).digest('base64') !== checksum)
        return refuse(response, 400, 'BadDigest')
      objects.set(key, fault === 'truncate' ? body.subarray(0, body.length >> 1) : body)
      if (fault === 'cut-after') return void request.socket.destroy()
      response.writeHead(200).end()
      return
    }
    if (request.method === 'DELETE') {
      objects.delete(key)
      response.writeHead(204).end()
      return
    }
    if (searchParams.has('list-type')) return answerList(searchParams, response)
    const kept = objects.get(key)
    if (!kept) return refuse(response, 404, 'NoSuchKey')
    response.writeHead(200, { 'content-length': kept.length })
    if (request.method === 'HEAD') response.end()
    else if (fault === 'cut-after') response.write(kept.subarray(0, kept.length >> 1), () => request.socket.destroy())
    else response.end(kept)
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => request.socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/bucket`,
    objects,
    /** Every request as method and key. */
    log,
    /** Spoils the next requests, one each. */
    spoil: (...next: S3Fault[]) => void faults.push(...next),
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
