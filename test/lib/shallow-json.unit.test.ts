import fc from 'fast-check'
import { expect, test } from 'vitest'
import { deepestJson, nestsTooDeep, parseShallowJson } from '../../src/lib/shallow-json.ts'

const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0

test('any JSON of few levels is read as it is', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      const text = JSON.stringify(value)
      expect(nestsTooDeep(text)).toBe(false)
      expect(parseShallowJson(text)).toEqual(JSON.parse(text))
    }),
  )
})

test.each([
  ['arrays', '[', '1', ']'],
  ['objects', '{"a":', '1', '}'],
  ['both', '[{"a":', '1', '}]'],
])('as many levels of %s as are allowed pass, and one more does not', (_name, open, middle, close) => {
  for (const levels of [deepestJson - 3, deepestJson, deepestJson + 1, 60_000]) {
    const perTime = open.startsWith('[{') ? 2 : 1
    const times = Math.ceil(levels / perTime)
    const text = `${open.repeat(times)}${middle}${close.repeat(times)}`
    const isDeep = times * perTime > deepestJson
    expect(nestsTooDeep(text)).toBe(isDeep)
    if (isDeep) expect(() => parseShallowJson(text)).toThrow(SyntaxError)
    else expect(depthOf(parseShallowJson(text))).toBeLessThanOrEqual(deepestJson)
  }
})

test('brackets in texts are no levels, however their quotes are written', () => {
  const text = JSON.stringify({ a: '['.repeat(500), b: `\\"${'{'.repeat(500)}`, '[[[': '"' })
  expect(nestsTooDeep(text)).toBe(false)
  expect(parseShallowJson(text)).toEqual(JSON.parse(text))
})

test('levels are counted rightly after any texts, also those of quotes and backslashes', () => {
  const texts = fc.array(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('"', '\\', '[', '}') })))
  fc.assert(
    fc.property(texts, (said) => {
      const levels = (count: number) =>
        `[${JSON.stringify(said).slice(1, -1)}${said.length > 0 ? ',' : ''}${'['.repeat(count - 1)}`
      expect(nestsTooDeep(levels(deepestJson) + ']'.repeat(deepestJson))).toBe(false)
      expect(nestsTooDeep(levels(deepestJson + 1) + ']'.repeat(deepestJson + 1))).toBe(true)
    }),
  )
})
