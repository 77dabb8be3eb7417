/** The data source that asks our GraphQL: the plug-in Infinity, whose URL is that of the server. */
const infinity = { type: 'yesoreyeram-infinity-datasource', uid: `\${channelscope}` }

/** The range that the dashboard shows, as Grafana writes it: instants in UTC. */
const range = `range: { from: "\${__from:date:iso}", to: "\${__to:date:iso}" }`

type Chart = {
  title: string
  /** Selects a series of a channel with `points`. */
  series: string
  columns: readonly { selector: string; text: string }[]
  name: string
}

const charts: readonly Chart[] = [
  {
    title: 'Viewers',
    name: 'viewers',
    series: `viewers(${range}) { points { start average max } }`,
    columns: [
      { selector: 'average', text: 'average' },
      { selector: 'max', text: 'peak' },
    ],
  },
  {
    title: 'Chat messages',
    name: 'chatActivity',
    series: `chatActivity(${range}) { points { start messages } }`,
    columns: [{ selector: 'messages', text: 'messages' }],
  },
  {
    title: 'Follows',
    name: 'follows',
    series: `follows(${range}) { points { start follows } }`,
    columns: [{ selector: 'follows', text: 'follows' }],
  },
]

const targetOf = ({ name, series, columns }: Chart) => ({
  refId: 'A',
  datasource: infinity,
  type: 'graphql',
  source: 'url',
  format: 'timeseries',
  parser: 'backend',
  url: '/graphql',
  url_options: {
    method: 'POST',
    body_type: 'graphql',
    body_content_type: 'application/json',
    body_graphql_query: `{ channel(platform: \${platform}, slug: "\${slug}") { ${series} } }`,
    data: '',
  },
  root_selector: `data.channel.${name}.points`,
  columns: [
    { selector: 'start', text: 'time', type: 'timestamp' },
    ...columns.map((one) => ({ ...one, type: 'number' })),
  ],
  filters: [],
})

/** A dashboard of one channel: its series as the API tells them, in at most 500 points each. */
export const channelDashboard = () => ({
  uid: 'channelscope-channel',
  title: 'Channelscope: a channel',
  description:
    'The series of one channel. Made by `npm run codegen`: change codegen/grafana-channel.ts. docs/grafana.md sets it up.',
  tags: ['channelscope'],
  schemaVersion: 39,
  editable: true,
  refresh: '1m',
  time: { from: 'now-24h', to: 'now' },
  timezone: 'browser',
  templating: {
    list: [
      { name: 'channelscope', label: 'Channelscope', type: 'datasource', query: infinity.type, current: {} },
      {
        name: 'platform',
        label: 'Platform',
        type: 'custom',
        query: 'KICK,TWITCH,X',
        current: { text: 'KICK', value: 'KICK' },
        options: ['KICK', 'TWITCH', 'X'].map((value) => ({ text: value, value, selected: value === 'KICK' })),
      },
      { name: 'slug', label: 'Channel', type: 'textbox', query: '', current: { text: '', value: '' } },
    ],
  },
  annotations: { list: [] },
  panels: charts.map((chart, i) => ({
    id: i + 1,
    type: 'timeseries',
    title: chart.title,
    datasource: infinity,
    gridPos: { x: 0, y: i * 9, w: 24, h: 9 },
    fieldConfig: {
      defaults: { unit: 'short', min: 0, custom: { spanNulls: false, showPoints: 'never', fillOpacity: 8 } },
      overrides: [],
    },
    options: { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi' } },
    targets: [targetOf(chart)],
  })),
})
