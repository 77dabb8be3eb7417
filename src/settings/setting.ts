import type { Category } from './configuration-key.ts'

/** A setting of the running system: which texts are allowed, and what they mean. */
export type Setting<T> = {
  readonly category: Category
  /** One sentence. */
  readonly description: string
  /** What is allowed, as the end of a sentence. */
  readonly allowed: string
  /** The value without an entry. */
  readonly fallback: T
  /** The value of a text; undefined when it is not allowed. */
  parse(text: string): T | undefined
  print(value: T): string
}

type About<T> = { fallback: T; category: Category; description: string }
type Range = About<number> & { min: number; max: number }

const within = ({ min, max }: Range, value: number): number | undefined =>
  value >= min && value <= max ? value : undefined

/** A whole number of a range. */
export const wholeNumber = (range: Range): Setting<number> => ({
  ...range,
  allowed: `a whole number from ${range.min} to ${range.max}`,
  parse: (text) => (/^\d{1,9}$/.test(text) ? within(range, Number(text)) : undefined),
  print: String,
})

/** A number of a range, which may have a fraction. */
export const decimal = (range: Range): Setting<number> => ({
  ...range,
  allowed: `a number from ${range.min} to ${range.max}`,
  parse: (text) => (/^\d{1,9}(\.\d{1,9})?$/.test(text) ? within(range, Number(text)) : undefined),
  print: String,
})

/** A switch. */
export const onOff = (about: About<boolean>): Setting<boolean> => ({
  ...about,
  allowed: 'on or off',
  parse: (text) => (text === 'on' ? true : text === 'off' ? false : undefined),
  print: (value) => (value ? 'on' : 'off'),
})
