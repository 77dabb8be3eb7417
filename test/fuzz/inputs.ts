import fc from 'fast-check'

/** One thing that somebody outside sends. */
export type Input =
  | { kind: 'http'; method: string; target: string; headers: Record<string, string>; body?: string }
  | { kind: 'websocket'; frames: string[] }
  /** The bytes of a connection as Latin-1. */
  | { kind: 'raw'; bytes: string }
  | { kind: 'command line'; args: string[] }

/** Texts of all kinds, the repeated fragments among them; the longest have about as many characters as a request can carry. */
export type Texts = { short: fc.Arbitrary<string>; any: fc.Arbitrary<string> }

const longest = 60_000

const oddities = [
  '',
  ' ',
  '\0',
  '\n',
  '"',
  '\\',
  '#',
  '{',
  '[',
  '(',
  '%',
  '/',
  ':',
  '://',
  '@',
  ',',
  '.',
  '-',
  '_',
  '\ufeff',
  '😀',
  '\ud800',
  'İ',
  '1',
  'é',
]

/** A fragment so often that the text is about so long, and behind it something that fits no more. */
export const repeated = (fragment: string, length: number, end: string): string =>
  fragment.repeat(Math.min(longest, Math.ceil(length / Math.max(1, fragment.length)))) + end

/** Texts that match a pattern; undefined where the generator can not read it. */
const matching = ({ source, flags }: { source: string; flags: string }): fc.Arbitrary<string> | undefined => {
  try {
    return fc.stringMatching(new RegExp(source, flags.replace(/[gy]/g, '')), { size: '-1' })
  } catch {
    return undefined
  }
}

const part = (text: string, from: number, length: number): string =>
  text.slice(from % (text.length + 1)).slice(0, length)

/** Texts made of what the patterns of the program match, and of what is odd. */
export const textsOf = (patterns: readonly { source: string; flags: string }[]): Texts => {
  const matches = patterns.flatMap((pattern) => matching(pattern) ?? [])
  const whole = fc.oneof(...matches)
  const fragment = fc.oneof(
    { weight: 3, arbitrary: fc.tuple(whole, fc.nat(), fc.integer({ min: 1, max: 40 })).map((given) => part(...given)) },
    { weight: 2, arbitrary: whole },
    { weight: 1, arbitrary: fc.constantFrom(...oddities) },
  )
  const long = fc
    .tuple(fragment, fc.constantFrom(100, 1_000, 10_000, longest), fc.constantFrom('', '!', '\0', '\n!', 'x', ' ', '"'))
    .map((given) => repeated(...given).slice(0, longest))
  const short = fc.oneof(fc.constantFrom(...oddities), whole, fc.string({ unit: 'binary', maxLength: 20 }), fc.string())
  return { short, any: fc.oneof({ weight: 3, arbitrary: short }, { weight: 2, arbitrary: long }) }
}

/** The text of a JSON value; written and not printed, since it may be nested deeper than a printer goes. */
export const jsonText = ({ any, short }: Texts): fc.Arbitrary<string> => {
  const text = any.map((value) => JSON.stringify(value))
  const deep = fc
    .tuple(fc.constantFrom('[', '{"a":', '[{"a":[', '[1,'), fc.constantFrom(10, 1_000, 9_000))
    .map(([open, times]) => {
      const close = [...open].reverse().flatMap((letter) => ({ '[': ']', '{': '}' })[letter] ?? [])
      return `${open.repeat(times)}1${close.join('').repeat(times)}`
    })
  const wide = fc.tuple(short, fc.constantFrom(10, 3_000)).map(([name, count]) => {
    const fields = Array.from({ length: count }, (_, i) => `${JSON.stringify(`${name.slice(0, 10)}${i}`)}:${i}`)
    return `{${fields.join(',')}}`
  })
  const list = fc.tuple(text, fc.constantFrom(1, 100, 5_000)).map(([item, count]) => {
    const most = Math.max(1, Math.floor(longest / item.length))
    return `[${Array(Math.min(count, most)).fill(item).join(',')}]`
  })
  const number = fc.constantFrom('1', '-1', '0', '1e400', '9007199254740993', '1.5', '-0', `1${'0'.repeat(5_000)}`)
  const odd = fc.constantFrom('null', 'true', '{}', '[]', '{"__proto__":{"x":1}}', '{"constructor":{"x":1}}', '')
  return fc.oneof(text, number, odd, deep, wide, list, fc.json({ maxDepth: 3 }))
}

/** A text that was damaged in one place: something cut out, doubled, or put in. */
export const damaged = (whole: fc.Arbitrary<string>, { any }: Texts): fc.Arbitrary<string> =>
  fc
    .tuple(whole, fc.nat(), fc.integer({ min: 0, max: 200 }), fc.constantFrom('cut', 'double', 'put', 'keep'), any)
    .map(([text, place, length, how, other]) => {
      const from = place % (text.length + 1)
      const piece = text.slice(from, from + length)
      const middle = { cut: '', double: repeated(piece, 20_000, ''), put: other + piece, keep: piece }[how]
      return text.slice(0, from) + middle + text.slice(from + length)
    })
