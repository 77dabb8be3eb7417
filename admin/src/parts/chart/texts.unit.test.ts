import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { absenceIn } from './absence.ts'
import { axisNumber, countRange } from './axis-numbers.ts'
import type { ChartData } from './chart-data.ts'
import { chartCsv, chartTable } from './csv.ts'
import { curlText, graphiqlAddress, graphqlText } from './query-texts.ts'
import { bucketText, headOf, readingOf, readoutAt, readoutText } from './readout.ts'

const at = (text: string): number => Date.parse(text)

const data: ChartData = {
  title: 'Viewers',
  unit: 'viewers',
  times: [at('2024-03-12T17:00:00Z'), at('2024-03-12T17:05:00Z')],
  span: { from: at('2024-03-12T17:00:00Z'), to: at('2024-03-12T17:10:00Z') },
  series: [
    { name: 'A "b"', colour: 1, values: [0, null] },
    { name: 'C', colour: 2, values: [1_234, 5] },
  ],
  holes: [{ from: at('2024-03-12T17:06:00Z'), to: at('2024-03-12T17:08:00Z'), explanation: 'Kick did not answer.' }],
  completeThrough: at('2024-03-12T17:07:00Z'),
}

const asked = {
  operation: { name: 'One', text: 'query One($id: ID!) {\n  node(id: $id) {\n    id\n  }\n}' },
  variables: { id: "it's", range: { from: 'now-24h', to: 'now' } },
}

test('the CSV has every number, nothing for the unknown, and quotes in names', () => {
  expect(chartCsv(data)).toBe(
    [
      '"from","until","A ""b"" (viewers)","C (viewers)"',
      '2024-03-12T17:00:00.000Z,2024-03-12T17:05:00.000Z,0,1234',
      '2024-03-12T17:05:00.000Z,2024-03-12T17:10:00.000Z,,5',
      '',
    ].join('\r\n'),
  )
  const elapsed = { ...data, times: [0, 60_000], span: { from: 0, to: 120_000 } }
  expect(chartCsv(elapsed, 'elapsed').split('\r\n')[2]).toBe('60,120,,5')
})

test('a shell reads the command as it was meant', () => {
  const text = curlText(asked, 'http://127.0.0.1:4000', true)
  const words = execFileSync('sh', ['-c', `curl() { printf '%s\\0' "$@"; }; CHANNELSCOPE_KEY=secret; ${text}`])
  const [, url, , , , key, , body] = words.toString().split('\0')
  expect([url, key]).toEqual(['http://127.0.0.1:4000/graphql', 'Authorization: Bearer secret'])
  expect(JSON.parse(body!)).toEqual({
    query: asked.operation.text,
    operationName: 'One',
    variables: asked.variables,
  })
  expect(curlText(asked, 'http://x', false)).not.toContain('Authorization')
})

test('the document is copied with its variables', () => {
  const text = graphqlText(asked)
  const comment = text.split('\n').filter((line) => line.startsWith('#'))
  expect(
    JSON.parse(
      comment
        .slice(1)
        .map((line) => line.slice(2))
        .join('\n'),
    ),
  ).toEqual(asked.variables)
  expect(text.endsWith(`\n${asked.operation.text}\n`)).toBe(true)
})

test('GraphiQL is told the query and its variables by its address', () => {
  const { searchParams, pathname } = new URL(graphiqlAddress(asked), 'http://x')
  expect(pathname).toBe('/graphql')
  expect(searchParams.get('query')).toBe(asked.operation.text)
  expect(JSON.parse(searchParams.get('variables')!)).toEqual(asked.variables)
})

test('a bucket is told in the zone, and whole days by their date', () => {
  expect(bucketText(data, 0, 'Europe/Berlin')).toBe('12 Mar 2024, 18:00 to 18:05')
  const days = { ...data, times: [at('2024-03-12T00:00:00Z')], span: { from: 0, to: at('2024-03-13T00:00:00Z') } }
  expect(bucketText(days, 0, 'UTC')).toBe('12 Mar 2024')
  const span = (from: string, to: string) => ({ ...data, times: [at(from)], span: { from: at(from), to: at(to) } })
  const [night, long] = [
    span('2024-03-12T23:00:00Z', '2024-03-13T01:00:00Z'),
    span('2024-03-12T21:47:00Z', '2024-03-13T15:39:00Z'),
  ]
  expect(bucketText(night, 0, 'UTC')).toBe('12 Mar 2024, 23:00 to 01:00')
  expect(bucketText(long, 0, 'UTC')).toBe('12 Mar 2024, 21:47 to 13 Mar 2024, 15:39')
  expect(bucketText({ ...data, times: [5_400_000] }, 0, null)).toBe('1 h 30 min after the start')
  expect(bucketText({ ...data, times: [0] }, 0, null)).toBe('at the start')
})

test('the crosshair reads values, and says why one is unknown', () => {
  expect(readoutAt(data, data.times[0]!, 'UTC')).toEqual({
    when: '12 Mar 2024, 17:00 to 17:05',
    values: [{ value: 0 }, { value: 1_234 }],
    bands: [],
    why: null,
  })
  const readOut = (more: Partial<ChartData>): string => readoutText({ ...data, ...more }, data.times[1]!, 'UTC')
  const bucket = '12 Mar 2024, 17:05 to 17:10: A "b"'
  const later = 'Not complete yet: it may still change.'
  expect(readOut({})).toBe(`${bucket} not complete yet, C 5. Kick did not answer.`)
  expect(readOut({ holes: [] })).toBe(`${bucket} not complete yet, C 5. ${later}`)
  expect(readoutText(data, null, 'UTC')).toBe('')
})

test('offline, not observed, not watched yet and not counted are told apart', () => {
  const [from, to] = [data.times[1]!, data.span.to]
  const word = (more: Partial<ChartData>): string =>
    absenceIn({ ...data, holes: [], completeThrough: null, ...more }, data.series[0]!, { from, to }).word
  const hole = { from, to: (from + to) / 2, explanation: 'Kick did not answer.' }
  expect(word({})).toBe('unknown')
  expect(word({ onAir: [] })).toBe('offline')
  expect(word({ onAir: [{ from, to: from + 1 }] })).toBe('not counted')
  expect(word({ onAir: [], holes: [hole] })).toBe('not observed')
  expect(word({ onAir: [], holes: [{ ...hole, isBefore: true }] })).toBe('not watched yet')
  // It was seen for most of the time, or the hole is another's.
  expect(word({ onAir: [], holes: [{ ...hole, to: hole.to - 1 }] })).toBe('offline')
  expect(word({ onAir: [], holes: [{ ...hole, of: 'C' }] })).toBe('offline')
})

test('of a bucket that the range cuts, only what is inside tells why it has no value', () => {
  const hole = { from: 4_000, to: 5_000, explanation: '', isBefore: true }
  const series = [{ name: 'Viewers', colour: 1, values: [null] }]
  const cut = { ...data, times: [0], series, span: { from: 4_000, to: 5_000 }, holes: [hole], completeThrough: null }
  expect(readingOf({ ...cut, onAir: [] }, series[0]!, 0)).toMatchObject({ word: 'not watched yet' })
})

test('between two probes the value that the line shows is read, and the title of the broadcast', () => {
  const times = [0, 60_000, 120_000]
  const series = [{ name: 'Viewers', colour: 1, values: [7, null, 9], standsForMs: 120_000 }]
  const near = { ...data, times, series, span: { from: 0, to: 180_000 }, holes: [], completeThrough: null }
  const bands = [{ from: 0, to: 90_000, label: 'Ranked · Chess' }]
  expect(readoutAt({ ...near, bands }, 61_000, 'UTC')).toMatchObject({
    values: [{ value: 7 }],
    bands: ['Ranked · Chess'],
  })
  const broken = { ...near, holes: [{ from: 70_000, to: 80_000, explanation: '' }] }
  expect(readoutAt(broken, 61_000, 'UTC').values).toEqual([expect.objectContaining({ word: 'unknown' })])
})

test('units are told once', () => {
  expect(headOf({ unit: 'viewers' }, { name: 'Viewers' })).toBe('Viewers')
  expect(headOf({ unit: 'viewers' }, { name: 'Peak' })).toBe('Peak (viewers)')
  expect(headOf({ unit: 'messages' }, { name: 'Chatters', unit: 'chatters' })).toBe('Chatters')
})

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])('no spreadsheet reads the name %j as a formula', (name) => {
  const [series] = data.series
  const named = { ...data, series: [{ ...series!, name }] }
  for (const text of [chartCsv(named), chartTable(named)]) expect(text).toContain(`"'${name} (viewers)"`)
})

test('an axis of counts has short numbers and begins at 0', () => {
  expect([0, 5, 1_000, 1_500, 20_000].map(axisNumber)).toEqual(['0', '5', '1 k', '1.5 k', '20 k'])
  expect([countRange(null), countRange(0), countRange(100)]).toEqual([
    [0, 1],
    [0, 1],
    [0, 108],
  ])
})
