import { systemClock } from '../lib/clock.ts'
import { parseInstant, parseRelativeInstant } from '../lib/instant.ts'
import type { Value } from './command.ts'

/** Any text. */
export const text = (form: string): Value<string> => ({ form, must: 'a text', read: (word) => word })

/** Text of a certain form; `must` tells it. */
export const matching = (form: string, pattern: RegExp, must: string): Value<string> => ({
  form,
  must,
  read: (word) => (pattern.test(word) ? word : undefined),
})

/** One of several words, in capital or small letters. */
export const oneOf = <T extends string>(allowed: readonly T[]): Value<T> => ({
  form: allowed.join('|'),
  must: `one of ${allowed.join(', ')}`,
  words: allowed,
  read: (word) => allowed.find((value) => value.toLowerCase() === word.toLowerCase()),
})

/** An instant with its zone, the first one of a day in UTC, or one that is told from now by the clock of this machine. */
export const instant: Value<Date> = {
  form: '<instant>',
  must: 'an instant in UTC like 2026-11-22T13:00:00Z, a day like 2026-11-22, or told from now like now-24h',
  read(word) {
    const [, day, minute] = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2})?Z?$/.exec(word) ?? []
    const full = day === undefined ? word : `${day}${minute ?? 'T00:00'}:00Z`
    return parseInstant(full) ?? parseRelativeInstant(word)?.at(systemClock())
  },
}
