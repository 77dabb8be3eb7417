import { z } from 'zod'
import { withoutLastSlashes } from './urls.ts'

/** What kind of value a text stands for. */
export type ValueKind = 'TEXT' | 'URL' | 'WHOLE_NUMBER' | 'NUMBER' | 'SWITCH'

/** Any text that is not empty. */
export const text = z.string().describe('a text')

/** A text of a form, which `allowed` describes as the end of a sentence. */
export const textLike = (form: RegExp, allowed: string) => z.string().regex(form).describe(allowed)

/** A whole number of a range. */
export const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .pipe(z.number().min(min).max(max))
    .meta({ description: `a whole number from ${min} to ${max}`, kind: 'WHOLE_NUMBER' satisfies ValueKind })

/** A number of a range, which may have a fraction. */
export const decimal = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+(\.\d+)?$/)
    .transform(Number)
    .pipe(z.number().min(min).max(max))
    .meta({ description: `a number from ${min} to ${max}`, kind: 'NUMBER' satisfies ValueKind })

/** An id, a secret or a token, which may have to travel in a header. */
export const credential = textLike(/^[\x21-\x7e]{1,4096}$/, '1 to 4096 printable characters without spaces')

/** A switch. */
export const onOff = z
  .enum(['on', 'off'])
  .transform((word) => word === 'on')
  .meta({ description: 'on or off', kind: 'SWITCH' satisfies ValueKind })

/** One of a few words. */
export const oneOf = <const T extends string>(words: readonly T[]) =>
  z.enum(words).describe(`one of ${words.join(', ')}`)

/** The parts of a URL; undefined when it is not one, or when its login can not be decoded. */
export const parseUrl = (value: string): URL | undefined => {
  try {
    const parsed = new URL(value)
    for (const part of [parsed.username, parsed.password, parsed.pathname]) decodeURIComponent(part)
    return parsed
  } catch {
    return undefined
  }
}

/** A URL of one of the protocols; `isAllowed` may ask more of it. */
export const urlLike = (protocols: readonly string[], example: string, isAllowed: (url: URL) => boolean = () => true) =>
  z
    .string()
    .refine((value) => {
      const url = parseUrl(value)
      return url !== undefined && url.hostname !== '' && protocols.includes(url.protocol) && isAllowed(url)
    })
    .meta({ description: `a URL like ${example}`, kind: 'URL' satisfies ValueKind })

/** A URL of HTTP. */
export const httpUrl = (example: string, isAllowed?: (url: URL) => boolean) =>
  urlLike(['http:', 'https:'], example, isAllowed)

/** The URL that the paths of an API begin with, without slashes at its end. */
export const apiUrl = httpUrl('https://api.example.com')
  .transform(withoutLastSlashes)
  .describe('a URL like https://api.example.com')

/** A list with commas between its entries; undefined from `readEntry` refuses all of it. */
export const listOf = <T>(readEntry: (entry: string) => T | undefined, allowed: string) =>
  z
    .string()
    .transform((value) =>
      value
        .split(',')
        .map((entry) => entry.trim())
        .filter(Boolean)
        .map(readEntry),
    )
    .refine((entries): entries is T[] => !entries.includes(undefined))
    .describe(allowed)
