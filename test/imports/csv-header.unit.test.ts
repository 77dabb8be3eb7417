import { expect, test } from 'vitest'
import { readCsvHeader } from '../../src/imports/csv-header.ts'

test('names in quotes may hold the delimiter, quotes and ends of lines', () => {
  const row = 'id , "a, b","say ""hi""",  "two\nlines" ,plain\r\n'
  const text = `\ufeff${row}1,2,3,4,5\r\n`
  expect(readCsvHeader(Buffer.from(text), 3, ',')).toEqual({
    names: ['id', 'a, b', 'say "hi"', 'two\nlines', 'plain'],
    end: 3 + row.length,
    lines: 2,
  })
  expect(readCsvHeader(Buffer.from('id,"open\n1,2\n'), 0, ',')).toBeNull()
})
