import { nestsTooDeep } from '../lib/shallow-json.ts'

type WithSource = (key: string, value: unknown, context: { source?: string }) => unknown

const keepDigits: WithSource = (_key, value, { source }) =>
  typeof value === 'number' && !Number.isSafeInteger(value) && source !== undefined && /^-?\d+$/.test(source)
    ? source
    : value

/** The value of a JSON text, or undefined when it is not JSON or nested too deep. Integers that a number can not hold come back as their digits. */
export const parseJson = (text: string): unknown => {
  if (nestsTooDeep(text)) return undefined
  try {
    // The reviver costs five times the plain parse, so only a text with a long run of digits pays for it.
    return /\d{16}/.test(text) ? JSON.parse(text, keepDigits as Parameters<typeof JSON.parse>[1]) : JSON.parse(text)
  } catch {
    return undefined
  }
}
