import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { dashboardOf } from '../../codegen/grafana-dashboard.ts'
import { namesIn, queryProblems, readMetrics } from '../../codegen/metrics-list.ts'
import { projectFolder } from '../support/app/program.ts'

const read = (file: string): string => readFileSync(path.join(projectFolder, file), 'utf8')
const metrics = readMetrics(read('docs/metrics.md'))

test('the list has every metric of the page, with its labels', () => {
  expect(metrics.size).toBe(read('docs/metrics.md').match(/^\| `/gm)!.length)
  expect(metrics.get('job_runs_total')).toMatchObject({ type: 'counter', labels: ['job', 'result'] })
})

test.each([
  ['max(a_b)', ['a_b'], []],
  ['sum by (x, y) (rate(a_total{z=~"and|b_c"}[5m])) / on (x) c_d > 0.7', ['a_total', 'c_d'], ['z', 'x', 'y']],
  ['histogram_quantile(0.95, sum by (le) (rate(h_seconds_bucket[$__rate_interval])))', ['h_seconds_bucket'], ['le']],
  ['time() - max(a) > 900 and on () max(b) > 0', ['a', 'b'], []],
])('the names in %s', (expression, names, labels) => {
  const found = namesIn(expression)
  expect([found.metrics.sort(), found.labels.sort()]).toEqual([names.sort(), labels.sort()])
})

test('a metric or a label that there is not is told, and stops the dashboard', () => {
  expect(queryProblems(metrics, 'sum by (platfrom) (rate(probes_totals[5m]))')).toEqual([
    expect.stringContaining('no metric probes_totals'),
    expect.stringContaining('label platfrom'),
  ])
  expect(queryProblems(metrics, 'max(webhook_receipt_lag_seconds)')).toHaveLength(1)
  const panels = [{ title: 't', unit: 's', lines: [{ expr: 'max(nothing_here)', legend: '' }] }] as const
  expect(() =>
    dashboardOf(metrics, { uid: 'u', title: 't', description: 'd', questions: [{ question: 'q', panels }] }),
  ).toThrow('no metric nothing_here')
})

test('every rule names metrics and labels that there are, and says what is wrong and what to do', () => {
  const rules = read('docs/alerts.yml')
    .split(/^ {6}- alert: /m)
    .slice(1)
  expect(rules.length).toBeGreaterThan(20)
  for (const rule of rules) {
    const name = rule.split('\n')[0]!
    const [, expression] = /^ {8}expr: (.+)$/m.exec(rule) ?? []
    expect([name, expression === undefined]).toEqual([name, false])
    if (name !== 'ServerIsAway') expect(queryProblems(metrics, expression!)).toEqual([])
    for (const annotation of ['summary', 'action'])
      expect([name, new RegExp(`^ {10}${annotation}: "[^"]{20,}"$`, 'm').test(rule)]).toEqual([name, true])
  }
})

/** What goes wrong without anybody being told, and has a number. */
const quiet = [
  'chat_archive_lag_seconds',
  'spool_oldest_age_seconds',
  'spool_dead_letters',
  'known_losses',
  'job_runs_total',
  'job_last_success_timestamp_seconds',
  'event_subscriptions_silent',
  'event_quiet_seconds',
  'clock_offset_seconds',
  'clock_steps_total',
  'degraded_reasons',
  'erasure_oldest_age_seconds',
  'import_idle_seconds',
  'adoption_differences',
  'poll_lag_seconds',
  'webhook_projection_failures',
  'live_journal_lag_seconds',
  'chat_relay_connected',
]
test.each(quiet)('%s has a rule', (name) => {
  expect(read('docs/alerts.yml')).toMatch(new RegExp(`expr: .*\\b${name}\\b`))
})
