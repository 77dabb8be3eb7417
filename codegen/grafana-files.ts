import { channelDashboard } from './grafana-channel.ts'
import { dashboardOf, type Question } from './grafana-dashboard.ts'
import { readMetrics } from './metrics-list.ts'

/** Few panels, by what an operator asks in this order; what else there is to know is in docs/metrics.md. */
const questions: readonly Question[] = [
  {
    question: 'Is it well?',
    panels: [
      {
        title: 'What is wrong, as /ready says it',
        unit: 'short',
        alarm: 1,
        lines: [{ expr: 'max by (instance) (degraded_reasons)', legend: '{{instance}}' }],
      },
      {
        title: 'Since each job last succeeded',
        unit: 's',
        lines: [{ expr: 'time() - max by (job) (job_last_success_timestamp_seconds)', legend: '{{job}}' }],
      },
      {
        title: 'Losses that nobody has accepted, and refused rows',
        unit: 'short',
        alarm: 1,
        lines: [
          { expr: 'max by (source, target) (known_losses)', legend: '{{source}} to {{target}}' },
          { expr: 'sum by (instance) (spool_dead_letters)', legend: 'refused, {{instance}}' },
        ],
      },
    ],
  },
  {
    question: 'Is it watching?',
    panels: [
      {
        title: 'How late the most overdue channel is',
        unit: 's',
        alarm: 210,
        lines: [{ expr: 'max(poll_lag_seconds)', legend: 'late by' }],
      },
      {
        title: 'Probes, by what they showed',
        unit: 'reqps',
        lines: [
          {
            expr: 'sum by (platform, outcome) (rate(probes_total[$__rate_interval]))',
            legend: '{{platform}} {{outcome}}',
          },
        ],
      },
      {
        title: 'Requests used of the budget, and calls that failed',
        unit: 'percentunit',
        lines: [
          { expr: 'max by (platform) (platform_rate_budget_used_ratio)', legend: '{{platform}} budget' },
          {
            expr: 'sum by (platform) (rate(poll_failed_calls_total[$__rate_interval])) / sum by (platform) (rate(poll_calls_total[$__rate_interval]))',
            legend: '{{platform}} failed',
          },
        ],
      },
    ],
  },
  {
    question: 'Is it receiving?',
    panels: [
      {
        title: 'Deliveries, by what became of them',
        unit: 'reqps',
        lines: [{ expr: 'sum by (outcome) (rate(webhook_deliveries_total[$__rate_interval]))', legend: '{{outcome}}' }],
      },
      {
        title: 'From the platform to us, 95 % are faster',
        unit: 's',
        lines: [
          {
            expr: 'histogram_quantile(0.95, sum by (le, platform) (rate(webhook_receipt_lag_seconds_bucket[$__rate_interval])))',
            legend: '{{platform}}',
          },
        ],
      },
      {
        title: 'Silence although channels are live',
        unit: 's',
        alarm: 1_800,
        lines: [{ expr: 'max by (platform) (event_quiet_seconds{event="*"})', legend: '{{platform}}' }],
      },
      {
        title: 'Event subscriptions that deliver nothing',
        unit: 'short',
        lines: [
          { expr: 'max by (platform, event) (event_subscriptions_silent) > 0', legend: '{{platform}} {{event}}' },
        ],
      },
    ],
  },
  {
    question: 'Is it storing?',
    panels: [
      {
        title: 'Age of the oldest row that waits on a disk',
        unit: 's',
        alarm: 600,
        lines: [{ expr: 'max by (instance, table) (spool_oldest_age_seconds)', legend: '{{table}}, {{instance}}' }],
      },
      {
        title: 'How full the spool is',
        unit: 'percentunit',
        alarm: 0.7,
        lines: [{ expr: 'sum by (instance) (spool_bytes) / on (instance) spool_max_bytes', legend: '{{instance}}' }],
      },
      {
        title: 'Rows stored',
        unit: 'ops',
        lines: [{ expr: 'sum by (table) (rate(shipper_rows_total[$__rate_interval]))', legend: '{{table}}' }],
      },
      {
        title: 'How far the archive of chat is behind',
        unit: 's',
        lines: [
          { expr: 'max(chat_archive_lag_seconds)', legend: 'behind' },
          { expr: 'max(chat_archive_lag_alarm_seconds)', legend: 'alarm' },
        ],
      },
    ],
  },
  {
    question: 'Is it answering?',
    panels: [
      {
        title: 'Operations',
        unit: 'reqps',
        lines: [
          {
            expr: 'sum by (transport, type) (rate(graphql_operation_duration_seconds_count[$__rate_interval]))',
            legend: '{{type}} by {{transport}}',
          },
        ],
      },
      {
        title: 'Time of operations, 95 % are faster',
        unit: 's',
        lines: [
          {
            expr: 'histogram_quantile(0.95, sum by (le, type) (rate(graphql_operation_duration_seconds_bucket[$__rate_interval])))',
            legend: '{{type}}',
          },
        ],
      },
      {
        title: 'Errors in answers, by code',
        unit: 'reqps',
        lines: [{ expr: 'sum by (code) (rate(graphql_errors_total[$__rate_interval]))', legend: '{{code}}' }],
      },
      {
        title: 'Subscribers, and how late they hear',
        unit: 'short',
        lines: [
          { expr: 'sum by (feed) (live_subscribers)', legend: 'of {{feed}}' },
          { expr: 'max(live_journal_lag_seconds)', legend: 'seconds behind the journal' },
        ],
      },
    ],
  },
]

const print = (dashboard: object): string => `${JSON.stringify(dashboard, null, 2)}\n`

/** The files below deploy/grafana/, of the page that lists the metrics. */
export const grafanaFiles = (metricsPage: string): [file: string, text: string][] => [
  [
    'deploy/grafana/operations.json',
    print(
      dashboardOf(readMetrics(metricsPage), {
        uid: 'channelscope-operations',
        title: 'Channelscope: operations',
        description:
          'Is it watching, receiving, storing and answering? Made by `npm run codegen`: change codegen/grafana-files.ts.',
        questions,
      }),
    ),
  ],
  ['deploy/grafana/channel.json', print(channelDashboard())],
]
