import { expect, test } from 'vitest'
import { ownColumns, parseMapping, sourcesOf } from '../../src/imports/mapping.ts'

test.each([
  ['[1]', 'it must be an object'],
  ['"text"', 'it must be an object'],
  ['{"colums": {}}', 'colums is no part of a mapping, use columns, instants, constants, delimiter'],
  ['{"columns": []}', 'columns must be an object'],
  ['{"columns": {"observed_at": 5}}', 'columns.observed_at must be a text'],
  ['{"columns": {"observed_at": ""}}', 'columns.observed_at must have 1 to 200 characters'],
  ['{"columns": {"when": "x"}}', 'columns.when is no column of viewers, use one of platform,'],
  [
    '{"instants": {"observed_at": {"pattern": "yyyy", "timezone": "UTC"}}}',
    'instants.observed_at must be iso, seconds, milliseconds or an object with pattern and zone',
  ],
  ['{"instants": {"observed_at": {"pattern": 5}}}', 'instants.observed_at must be iso, seconds, milliseconds or an'],
  ['{"instants": {"observed_at": {"pattern": ""}}}', 'instants.observed_at.pattern must have 1 to 100 characters'],
  ['{"instants": {"title": "iso"}}', 'instants.title is a column without instants'],
  ['{"constants": {"platform": null}}', 'constants.platform must be a text, a number, true or false'],
  ...['', ';;', '"', '\n', '\u0001', 'é', '\u{1f600}'].map((delimiter) => [
    JSON.stringify({ delimiter }),
    'delimiter must be one printable character of ASCII that is no quotation mark, or a tab',
  ]),
])('the mapping %s is refused by its name and the name of the field', (text, why) => {
  expect(() => parseMapping('viewers', text!, 'm.json')).toThrow(`The mapping m.json can not be used: ${why}`)
})

test.each([',', ';', '\t', '|', ' '])('%j may stand between the values', (delimiter) => {
  expect(parseMapping('viewers', JSON.stringify({ delimiter }), 'm.json')).toMatchObject({ delimiter })
})

test('spaces around the name of a column do not tell it from another', () => {
  const given = { ...ownColumns, columns: { occurred_at: ' when' } }
  expect(sourcesOf('follows', given, ['when ', ' channel_user_id '], 'a.parquet')).toEqual(
    new Map([
      ['channel_user_id', ' channel_user_id '],
      ['occurred_at', 'when '],
    ]),
  )
  expect(() => sourcesOf('follows', ownColumns, ['occurred_at', 'occurred_at '], 'a.parquet')).toThrow(
    'a.parquet has the column "occurred_at" twice.',
  )
  expect(() => sourcesOf('follows', given, ['occurred_at'], 'a.csv')).toThrow(
    'a.csv has no column " when", which the mapping names for occurred_at.',
  )
})
