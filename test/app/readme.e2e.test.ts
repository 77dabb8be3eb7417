import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { graphiqlTabs } from '../../src/http/routes/graphiql-tabs.ts'
import { startWholeApp } from '../support/app/in-process-app.ts'
import { operatorKey } from '../support/http/api.ts'
import { ask, metric } from '../support/http/ask.ts'
import { openEventStream } from '../support/http/event-stream.ts'
import { eventually } from '../support/lib/eventually.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

const readme = readFileSync('README.md', 'utf8')
const blocks = (language: string, text = readme): string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, block]) => block!)
const nameOf = (document: string): string =>
  /(?:query|subscription) (\w+) *[({]/.exec(document)?.[1] ?? 'without a name'

let app: Awaited<ReturnType<typeof startWholeApp>>
let variables: Record<string, unknown>

beforeAll(async () => {
  // As `npm start` has it: the simulated Kick, with its past.
  const nothing = { KICK_CLIENT_ID: '', KICK_CLIENT_SECRET: '', KICK_API_URL: '', KICK_ID_URL: '' }
  app = await startWholeApp({ ...nothing, DEMO: 'on' })
  const seen = 'query { channels(filter: { status: ONLINE }, first: 2) { nodes { id slug currentSession { id } } } }'
  await eventually('the poller has seen somebody live', async () => {
    const { data } = await ask(app.url, seen)
    const [channel] = data.channels.nodes
    variables = {
      slug: channel?.slug,
      id: channel?.currentSession?.id,
      ids: (data.channels.nodes as { id: string }[]).map(({ id }) => id),
    }
    return data.channels.nodes.length === 2 && channel?.currentSession != null
  })
  // Rankings are of ClickHouse, which gets the past from the spool.
  await eventually('all of the past is in ClickHouse', async () => (await metric(app.url, 'spool_rows')) === 0, 120_000)
}, 240_000)
afterAll(() => app?.[Symbol.asyncDispose]())

const questions = readFileSync('docs/questions.md', 'utf8')
const documents = [
  ...blocks('graphql').map((document) => ['the README', nameOf(document), document] as const),
  ...blocks('graphql', questions).map((document) => ['docs/questions.md', nameOf(document), document] as const),
  ...graphiqlTabs.map(({ query }) => ['a tab of GraphiQL', nameOf(query), query] as const),
]

test.each(documents.filter(([, , document]) => !/^subscription/m.test(document)))(
  'the query of %s, %s, answers with data on the demo',
  async (where, _name, document) => {
    // Some questions of the page are for operators; the README and the tabs of GraphiQL have to do without a key.
    const key = where === 'docs/questions.md' ? operatorKey : undefined
    const { data, errors } = await ask(app.url, document, variables, key)
    expect(errors).toBeUndefined()
    const [root] = Object.values<Record<string, unknown>>(data)
    expect(root).toBeTruthy()
    if ('nodes' in root!) expect(root.nodes).not.toEqual([])
  },
)

test.each(documents.filter(([, , document]) => /^subscription/m.test(document)))(
  'the subscription of %s, %s, begins with what is known, before anything changes',
  async (_where, _name, query) => {
    using stream = await openEventStream(`${app.url}/graphql`, { query })
    const { data, errors } = await stream.results.next()
    expect(errors).toBeUndefined()
    expect(Object.values(data)[0]).toBeTruthy()
  },
)

test('the export of the README downloads a file whose checksum fits', async () => {
  await using directory = await temporaryDirectory('readme')
  const [snippet] = blocks('sh').filter((block) => block.includes('/export/'))
  const script = `set -e\n${snippet!.replaceAll('http://127.0.0.1:4000', new URL(app.url).origin)}`
  const { stdout } = await promisify(execFile)('bash', ['-c', script], { cwd: directory.path })
  const [file] = readdirSync(directory.path)
  expect(file).toMatch(/-viewers-.*\.parquet$/)
  expect(stdout).toBe(`${file}: OK\n`)
})
