import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseJson } from '../../src/platforms/parse-json.ts'
import { readCount, readInstant, readText, readUrl, readUserId } from '../../src/platforms/read-fields.ts'

describe('parseJson', () => {
  it('keeps every digit of an integer that a number can not hold', () => {
    expect(parseJson('{"id":9223372036854775807,"small":7,"text":"1234567890123456"}')).toEqual({
      id: '9223372036854775807',
      small: 7,
      text: '1234567890123456',
    })
  })

  it('gives undefined for what is not JSON', () => {
    for (const text of ['', '<html>', '{"data":[', 'null,', '9999999999999999999x'])
      expect(parseJson(text)).toBeUndefined()
  })

  it('reads everything else as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        fc.pre(!/(?<![\d.])\d{16,}(?![\d.eE])/.test(text))
        expect(parseJson(text)).toEqual(JSON.parse(text))
      }),
    )
  })
})

describe('readUserId', () => {
  it('gives the decimal text of every positive 64-bit integer, sent as a number or as digits', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 9_223_372_036_854_775_807n }), (id) => {
        expect(readUserId(String(id))).toBe(String(id))
        const { id: parsed } = parseJson(`{"id":${id}}`) as { id: unknown }
        expect(readUserId(parsed)).toBe(String(id))
      }),
    )
  })

  it.each([
    0,
    -1,
    1.5,
    2 ** 53,
    Number.NaN,
    '',
    '0',
    '007',
    '-3',
    '1e3',
    ' 5',
    '9223372036854775808',
    null,
    undefined,
    {},
    [7],
    true,
  ])('refuses %j', (value) => expect(readUserId(value)).toBeUndefined())
})

describe('readInstant', () => {
  it.each([
    ['2026-11-22T10:00:00Z', '2026-11-22T10:00:00.000Z'],
    ['2026-11-22T21:00:00+11:00', '2026-11-22T10:00:00.000Z'],
    ['2026-11-22T04:30:00-05:30', '2026-11-22T10:00:00.000Z'],
    ['2026-11-22t10:00:00z', '2026-11-22T10:00:00.000Z'],
    ['2026-11-22T10:00:00.5Z', '2026-11-22T10:00:00.500Z'],
    ['2026-11-22T10:00:00.123456Z', '2026-11-22T10:00:00.123Z'],
    ['2026-11-22T10:00:00.123456789Z', '2026-11-22T10:00:00.123Z'],
    ['2028-02-29T00:00:00Z', '2028-02-29T00:00:00.000Z'],
  ])('reads %s', (text, instant) => expect(readInstant(text)?.toISOString()).toBe(instant))

  it.each([
    '0001-01-01T00:00:00Z',
    '1970-01-01T00:00:00Z',
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-11-22T24:00:00Z',
    '2026-11-22T10:00:00',
    '2026-11-22 10:00:00Z',
    '2026-11-22T10:00:00.1234567890Z',
    '2026-11-22T10:00:00+25:00',
    '2026-04-26T2026-04-26T11:27:44Z',
    'yesterday',
    '',
    null,
    1_700_000_000,
  ])('refuses %j', (value) => expect(readInstant(value)).toBeUndefined())

  it('reads the same instant whatever offset it is written in', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(1), max: new Date('2100-01-01'), noInvalidDate: true }),
        fc.integer({ min: -840, max: 840 }),
        (date, offset) => {
          const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, -1)
          const pad = (n: number) => String(Math.trunc(n)).padStart(2, '0')
          const zone = `${offset < 0 ? '-' : '+'}${pad(Math.abs(offset) / 60)}:${pad(Math.abs(offset) % 60)}`
          expect(readInstant(local + zone)?.getTime()).toBe(date.getTime())
        },
      ),
    )
  })
})

describe('readText', () => {
  it('gives what a UTF-8 text column can hold, or undefined for blank', () => {
    expect(readText('  Just\0 Chatting ')).toBe('Just Chatting')
    expect(readText(' \0 ')).toBeUndefined()
    expect(readText('broken \ud83d')).toBe('broken \ufffd')
    expect(readText(5)).toBeUndefined()
  })

  it('never exceeds its length, never holds NUL or half a character, and is stable', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.nat(0xffff).map((c) => String.fromCharCode(c)), maxLength: 40 }), (text) => {
        const read = readText(text, 10)
        if (read === undefined) return
        expect(read.length).toBeLessThanOrEqual(10)
        expect(read.isWellFormed()).toBe(true)
        expect(read).not.toContain('\0')
        expect(read).not.toBe('')
      }),
    )
  })

  it('cuts between characters, not inside one', () => {
    expect(readText('abc😀', 4)).toBe('abc')
  })
})

describe('readUrl', () => {
  it('takes web addresses only', () => {
    expect(readUrl('https://files.kick.com/a.webp')).toBe('https://files.kick.com/a.webp')
    for (const value of [
      'javascript:alert(1)',
      'data:image/png;base64,AA',
      '/a.png',
      'https://',
      'https://a b',
      '',
      null,
    ]) {
      expect(readUrl(value)).toBeUndefined()
    }
  })
})

describe('readCount', () => {
  it('takes whole numbers of 32 bits, as a number or as digits', () => {
    expect([0, 7, 2_147_483_647, '42'].map(readCount)).toEqual([0, 7, 2_147_483_647, 42])
    for (const value of [-1, 1.5, 2_147_483_648, '99999999999', '-1', '', null, undefined, Number.NaN, true]) {
      expect(readCount(value)).toBeUndefined()
    }
  })
})
