import type { Answer } from './api.ts'

type Told = NonNullable<Answer['errors']>[number]

/**
 * An error by the place that is null because of it. Where that is above the field that failed, other fields may have failed as
 * well, and which of them is found first, and told, is left open.
 */
const comparableError = (data: Answer['data'], error: Told): string => {
  const place: (string | number)[] = []
  let value = data
  for (const key of error.path ?? []) {
    if (value === null) return JSON.stringify(place)
    place.push(key)
    value = value[key]
  }
  return JSON.stringify(error)
}

/** The text as it is; of errors, which an execution finds in any order and may stop to look for, what does not depend on that. */
export const comparable = (text: string): { text: string; errors?: string[] } => {
  // The page that explores the schema.
  if (text.trimStart().startsWith('<')) return { text }
  const { errors, data, extensions } = JSON.parse(text) as Answer
  if (!errors) return { text }
  const told = new Set(errors.map((error) => comparableError(data, error)))
  return { text: JSON.stringify({ data, extensions }), ...(data !== null && { errors: [...told].sort() }) }
}
