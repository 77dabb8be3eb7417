import { hash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { graphiqlTabs } from './graphiql-tabs.ts'

type Parts = { html: string; script: Buffer; zipped: Buffer; tag: string }

const scriptPath = '/graphiql.js'

// An address may ask for a query with its variables. GraphiQL reads the query from it, but not the variables, and writes it over its
// first tab where it has no tabs of an earlier visit. Here both become a tab of their own. The variables leave the address, because
// GraphiQL keeps the query in it up to date and not them.
const start = `
const options = JSON.parse(document.getElementById('options').textContent)
const address = new URL(location.href)
const query = address.searchParams.get('query')
const variables = address.searchParams.get('variables')
if (query && variables !== null) {
  Object.assign(options, { query, variables, defaultTabs: [{ query, variables }, ...options.defaultTabs] })
  address.searchParams.delete('variables')
  history.replaceState(null, '', address)
}
YogaGraphiQL.renderYogaGraphiQL(document.getElementById('root'), options)
`

// Workers are made from blobs and the editor writes its own style elements; everything else comes from this server.
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  'worker-src blob:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Above GraphiQL, because it is a page of its own without the bar of the panel. */
const wayBack = '<nav id="back"><a href="/">Back to the panel</a></nav>'
const looks = `
#back { color-scheme: light dark; height: 32px; padding: 0 16px; font: 500 13px/32px system-ui, sans-serif; background: light-dark(#f2f4f6, #171b21) }
#back a { color: light-dark(#1d4ed8, #93b4ff) }
#root .graphiql-container { height: calc(100vh - 32px) }
`

/** Takes the bundled page apart: its inline script of megabytes becomes a file of its own, its options an inert element. */
const takeApart = async (): Promise<Parts> => {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql')
  const whole = renderGraphiQL({ title: 'Channelscope' })
  const opening = whole.indexOf('<script>', whole.indexOf('<div id="root">'))
  const closing = whole.lastIndexOf('</script>')
  const call = whole.lastIndexOf('YogaGraphiQL.renderYogaGraphiQL(', closing)
  if (opening < 0 || call < opening) throw new Error('The bundled GraphiQL page has another form than expected.')
  const bundled = whole.slice(opening + '<script>'.length, call)
  // The headers of a tab travel with its requests; over WebSocket the key among them has to be sent when it connects.
  const keyed = bundled.replace(
    /extensions:\{headers:(\w+)\?\.headers\}/,
    'extensions:{headers:$1?.headers,connectionParams:{authorization:$1?.headers?.Authorization??$1?.headers?.authorization}}',
  )
  if (keyed === bundled) throw new Error('The bundled GraphiQL page sends headers in another way than expected.')
  const script = Buffer.from(keyed + start)
  // Its tabs are laid out by transforms that are off when it opens with several: they jump away under the pointer.
  const steady = `<style>.graphiql-tab { transform: none !important } ${looks}</style></head>`
  const head = whole
    .slice(0, opening)
    .replace('</head>', () => steady)
    .replace('<div id="root">', () => `${wayBack}<div id="root">`)
  const tag = hash('sha256', script, 'base64url').slice(0, 16)
  const inert = `<script type="application/json" id="options">OPTIONS</script><script src="${scriptPath}?${tag}">`
  const html = head + inert + whole.slice(closing)
  return { html, script, zipped: await promisify(gzip)(script), tag }
}

/** Serves GraphiQL: the page, and the one script that it loads. Nothing is made before the first request, or comes from another host. */
export const createGraphiql = () => {
  let parts: Promise<Parts> | undefined
  const prepared = (): Promise<Parts> => {
    parts ??= takeApart()
    return parts
  }
  return {
    scriptPath,
    async page(_: IncomingMessage, response: ServerResponse): Promise<void> {
      const options = {
        endpoint: '/graphql',
        subscriptionsProtocol: 'WS',
        defaultTabs: graphiqlTabs,
        shouldPersistHeaders: false,
      }
      // "<" could end the element.
      const json = JSON.stringify(options).replaceAll('<', '\\u003c')
      const body = (await prepared()).html.replace('OPTIONS', () => json)
      response.writeHead(200, {
        'Content-Type': 'text/html; charset=utf-8',
        'Content-Security-Policy': policy,
        'Referrer-Policy': 'no-referrer',
        'Cache-Control': 'no-store',
      })
      response.end(body)
    },
    async script(request: IncomingMessage, response: ServerResponse): Promise<void> {
      const { script, zipped, tag } = await prepared()
      const headers = {
        'Content-Type': 'text/javascript; charset=utf-8',
        'Cache-Control': 'public, max-age=31536000, immutable',
        ETag: `"${tag}"`,
        Vary: 'Accept-Encoding',
      }
      if (request.headers['if-none-match'] === headers.ETag) return void response.writeHead(304, headers).end()
      if (/\bgzip\b/.test(request.headers['accept-encoding'] ?? ''))
        return void response.writeHead(200, { ...headers, 'Content-Encoding': 'gzip' }).end(zipped)
      response.writeHead(200, headers).end(script)
    },
  }
}
