import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLog } from '../../src/lib/log.ts'
import { nowhere, startWholeApp } from '../support/app/in-process-app.ts'
import { type Family, objections, parseScrape } from '../support/app/prometheus.ts'
import { ask } from '../support/http/ask.ts'
import { connectLive } from '../support/live/live-client.ts'

const key = 'canary-of-the-admin-key'
const resources = new AsyncDisposableStack()
const lines: string[] = []
let families: Family[]
let own: Family[]

beforeAll(async () => {
  const app = resources.use(
    await startWholeApp(
      { REDIS_URL: nowhere.replace('http', 'redis') },
      { log: createLog('debug', [], { write: (line) => void lines.push(line) }) },
    ),
  )
  await ask(app.url, 'query Seen { me { role } }')
  await ask(app.url, '{ nothing }')
  const variables = { slug: 'canary-in-a-variable' }
  await ask(
    app.url,
    'mutation Changed($slug: String!) { trackChannel(platform: KICK, slug: $slug) { __typename } }',
    variables,
    key,
  )
  await using socket = await connectLive(`${app.url.replace('http', 'ws')}/graphql`, { authorization: `Bearer ${key}` })
  socket.subscribe('1', 'query OverSocket { me { role } }')
  await socket.data()
  socket.subscribe('2', 'subscription Live { channelStatus(platform: KICK) { __typename } }')
  families = parseScrape(await (await fetch(`${app.url}/metrics`)).text())
  own = families.filter(({ name }) => !/^(nodejs|process)_/.test(name))
})
afterAll(() => resources.disposeAsync())

test('every number has a help, a type and a name as people expect it', () => {
  expect(own.length).toBeGreaterThan(50)
  expect(own.flatMap(objections)).toEqual([])
})

test('what Node tells of itself is told: memory, handles, the lag of the event loop', () => {
  const names = families.map(({ name }) => name)
  for (const name of ['process_resident_memory_bytes', 'process_open_fds', 'nodejs_eventloop_lag_p99_seconds'])
    expect(names).toContain(name)
})

test('operations, refusals and requests are counted by name, code and path', () => {
  const counts = (name: string) =>
    own.find((family) => family.name === name)!.samples.filter((s) => !s.name.endsWith('_bucket'))
  expect(counts('graphql_operation_duration_seconds')).toContainEqual({
    name: 'graphql_operation_duration_seconds_count',
    labels: { transport: 'http', type: 'query', name: 'Seen', outcome: 'ok' },
    value: 1,
  })
  expect(counts('graphql_errors_total')).toContainEqual(
    expect.objectContaining({ labels: { transport: 'http', code: 'GRAPHQL_VALIDATION_FAILED' }, value: 1 }),
  )
  expect(counts('http_request_duration_seconds')).toContainEqual(
    expect.objectContaining({ labels: { route: '/graphql', method: 'POST', status: '200' }, value: 3 }),
  )
  expect(counts('poll_lag_seconds')).toEqual([{ name: 'poll_lag_seconds', labels: {}, value: 0 }])
})

test('every operation is one line of the log: what it was, never with what', () => {
  const said = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'operation')
  const of = (name: string) => said.filter((line) => line.name === name)
  expect(of('Seen')).toEqual([
    {
      level: 20,
      time: expect.any(Number),
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      transport: 'http',
      type: 'query',
      name: 'Seen',
      cost: expect.any(Number),
      failed: false,
      durationMs: expect.any(Number),
      msg: 'operation',
    },
  ])
  expect(of('Changed')).toMatchObject([{ transport: 'http', type: 'mutation' }])
  expect(of('OverSocket')).toMatchObject([{ transport: 'websocket', type: 'query', failed: false }])
  expect(lines.join('')).not.toContain('canary')
})

test('docs/metrics.md lists exactly what is told', async () => {
  const rows = own
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, type, help }) => {
      const [, text, labels = ''] = /^(.*?)(?: Labels: (.*)\.)?$/.exec(help)!
      return `| \`${name}\` | ${type} | ${labels} | ${text} |`
    })
  const page = [
    '# Metrics',
    '',
    'Prometheus reads them at `/metrics`. Beside these there are `process_*` and `nodejs_*` of the process itself.',
    'Labels take their values from bounded sets; names of operations beyond the first hundred share `other`.',
    '`npx vitest run test/app/whole-app -u` writes this list anew.',
    '',
    '| name | type | labels | what it tells |',
    '| ---- | ---- | ------ | ------------- |',
    ...rows,
    '',
  ].join('\n')
  await expect(page).toMatchFileSnapshot('../../docs/metrics.md')
})
