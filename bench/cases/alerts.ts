import { fillAlertLogs, loggedDays } from '../support/alert-logs.ts'
import type { AlertWire, WiredStarts } from '../support/alert-wire.ts'
import type { BenchCase, BenchContext } from '../support/bench-case.ts'
import { type Child, startChild } from '../support/child.ts'
import { type BenchPostgres, startPostgres } from '../support/postgres-data.ts'
import { type ProjectServer, startProjectServer } from '../support/project-server.ts'
import { atMost, goal, type Report, type Row } from '../support/report.ts'
import { median, percentile } from '../support/statistics.ts'

const channels = 1_000
const adminKey = 'the-admin-key-of-the-benchmarks'

/** Asks the server as its administrator; rejects where it answers with an error. */
const ask = async <T>(url: string, query: string): Promise<T> => {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${adminKey}` },
    body: JSON.stringify({ query }),
  })
  const { data, errors } = (await response.json()) as { data: T; errors?: unknown }
  if (errors) throw new Error(JSON.stringify(errors))
  return data
}

const quiet = 'quiet: { timezone: "Europe/Berlin", from: "22:00", until: "07:00" }'

/** Rules as they are tried, without name and targets. */
const tried: Readonly<Record<string, string>> = {
  'every start': 'kinds: [WENT_LIVE]',
  'titles with a word, once in six hours':
    'kinds: [TITLE_CHANGED], conditions: { titleContains: ["the end"] }, windowSeconds: 21600',
  'a thousand viewers': 'kinds: [VIEWERS_PASSED], conditions: { viewers: 1000 }',
  'everything, but at night': `kinds: [WENT_LIVE, ENDED, TITLE_CHANGED, CATEGORY_CHANGED, VIEWERS_PASSED], conditions: { viewers: 100 }, ${quiet}`,
}

const dryRuns = async ({ url }: ProjectServer, entries: Record<string, number>, times: number): Promise<Report> => {
  const rows: Row[] = []
  for (const [variant, rule] of Object.entries(tried)) {
    const latenciesMs: number[] = []
    let told = 0
    for (let i = 0; i < times; i++) {
      const asked = performance.now()
      const { alertDryRun } = await ask<{ alertDryRun: { told: number } }>(
        url,
        `{ alertDryRun(rule: { name: "tried", ${rule}, targets: [] }, range: { from: "now-${loggedDays}d", to: "now" }) {
          told days { day told } decisions { decision count } newest { text } } }`,
      )
      latenciesMs.push(performance.now() - asked)
      told = alertDryRun.told
    }
    if (told === 0) throw new Error(`The rule of ${variant} told nothing.`)
    rows.push({ variant, values: { told, 'p50 ms': median(latenciesMs), 'slowest ms': Math.max(...latenciesMs) } })
  }
  const slowest = Math.max(...rows.map(({ values }) => values['p50 ms']!)) / 1_000
  const all = Object.values(entries).reduce((sum, count) => sum + count, 0)
  return {
    title: `rules tried on ${loggedDays} days of ${channels} channels, ${all} entries of the logs`,
    rows,
    goals: [
      goal(
        'G16',
        `dry run of ${loggedDays} days of ${channels} channels, the slowest rule`,
        slowest,
        atMost(2, 1),
        's',
      ),
    ],
  }
}

// Where the time goes, by the clock of the database: until the event was in the journal, and from then until it was decided.
const stages = `
SELECT extract(epoch FROM e.processed_timestamp - e.received_timestamp)::float8 * 1000 AS journal,
  extract(epoch FROM a.created_at - e.processed_timestamp)::float8 * 1000 AS decided
FROM (SELECT * FROM public.alert ORDER BY id DESC LIMIT $1) a
JOIN dm.status_event e ON e.id = split_part(a.happening, ':', 3)::bigint`

const rowOf = async (variant: string, latenciesMs: number[], postgres: BenchPostgres): Promise<Row> => {
  const { rows } = await postgres.query(stages.replace('$1', String(latenciesMs.length)))
  const typical = (name: 'journal' | 'decided') => median(rows.map((row) => row[name] as number))
  return {
    variant,
    values: {
      starts: latenciesMs.length,
      'p50 ms': median(latenciesMs),
      'p99 ms': percentile(latenciesMs, 0.99),
      'slowest ms': Math.max(...latenciesMs),
      'in the journal after ms': typical('journal'),
      'decided after further ms': typical('decided'),
    },
  }
}

const untilFollowed = async (postgres: BenchPostgres, signal: AbortSignal): Promise<void> => {
  for (;;) {
    signal.throwIfAborted()
    const { rows } = await postgres.query('SELECT epoch FROM public.alert_cursor')
    if (rows[0].epoch !== null) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

type Wired = { server: ProjectServer; wire: Child; targetUrl: string; postgres: BenchPostgres; signal: AbortSignal }

const latencies = async ({ server, wire, targetUrl, postgres, signal }: Wired, quick: boolean): Promise<Report> => {
  const { url } = server
  await untilFollowed(postgres, signal)
  const { made } = await ask<{ made: { target: { id: string } } }>(
    url,
    `mutation { made: createAlertTarget(name: "bench", kind: HTTP, secrets: { url: "${targetUrl}" }) {
      ... on KeyAlertTargetSuccess { target { id } } } }`,
  )
  await ask(
    url,
    `mutation { createAlertRule(rule: { name: "starts", kinds: [WENT_LIVE], targets: ["${made.target.id}"] }) { __typename } }`,
  )
  const port = Number(new URL(url).port)
  // Every tenth channel is live already.
  const offline = Array.from({ length: channels }, (_, n) => n + 1).filter((n) => n % 10 !== 0)
  const start = (given: Omit<WiredStarts, 'port'>) =>
    wire.call<number[]>('run', { port, ...given } satisfies WiredStarts)
  const count = quick ? 100 : 300
  await start({ channels: offline.slice(0, 20), everyMs: null })
  const alone = await start({ channels: offline.slice(20, 20 + count), everyMs: null })
  const rowAlone = await rowOf('one after another', alone, postgres)
  const crowd = await start({ channels: offline.slice(20 + count, 20 + 2 * count), everyMs: 60 })
  return {
    title: `from a signed webhook of a start until the first byte at an HTTP target, beside the logs of ${loggedDays} days`,
    rows: [rowAlone, await rowOf('a thousand a minute', crowd, postgres)],
    goals: [goal('G17', 'webhook of a start to a target, p99', percentile(alone, 0.99), atMost(500, 100), 'ms')],
  }
}

/** Telling what happens: how soon, and what a rule would have told. */
export const alerts: BenchCase = {
  name: 'alerts',
  async *run({ quick, directory, signal, progress }: BenchContext) {
    await using stack = new AsyncDisposableStack()
    progress(`filling Postgres with ${loggedDays} days of ${channels} channels`)
    const postgres = stack.use(await startPostgres(`${directory}/alerts-postgres`))
    const entries = await fillAlertLogs(postgres, channels)
    const wire = stack.use(await startChild('support/alert-wire.ts', signal))
    const { kick, targetUrl } = await wire.call<AlertWire>('start')
    const env = {
      ...{ DATABASE_URL: postgres.url, DATA_DIR: `${directory}/alerts-data`, WORKERS: 'alerts', DEMO: 'off' },
      ...{ KICK_API_URL: kick.url, KICK_ID_URL: kick.url },
      ...{ KICK_CLIENT_ID: kick.clientId, KICK_CLIENT_SECRET: kick.clientSecret },
      ...{ ADMIN_KEY: adminKey, ALERT_PRIVATE_NETWORKS: '127.0.0.0/8' },
    }
    const server = stack.use(await startProjectServer(env))
    progress('starts that are told')
    yield await latencies({ server, wire, targetUrl, postgres, signal }, quick)
    progress('rules tried on the past')
    yield await dryRuns(server, entries, quick ? 3 : 7)
  },
}
