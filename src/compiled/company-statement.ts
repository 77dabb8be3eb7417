import type { Statement } from '../stores/postgres/statement.ts'

/** A row and the place of its request among those who asked, from 1. */
export type Placed<Row> = Row & { place: number }

const parameters = /\$(\d+)/g
const withoutType = /\$\d+(?!\d|::)/

/**
 * Makes of a statement of one row the statement that answers several requests at once. Its parameters are lists of texts, one text a
 * request. Undefined where a parameter has no type behind it, such as `$1::bigint`: a text would be compared as a text.
 */
export const companyStatement = <Row>({ name, text, columns }: Statement<Row>): Statement<Placed<Row>> | undefined => {
  const count = Math.max(0, ...Array.from(text.matchAll(parameters), ([, number]) => Number(number)))
  if (count === 0 || withoutType.test(text)) return undefined
  const numbers = Array.from({ length: count }, (_, i) => i + 1)
  // Behind SELECT the planner does not count the texts. Else it would take each number of requests for a new question, and plan again.
  const lists = numbers.map((number) => `(SELECT $${number}::text[])`).join(', ')
  const names = numbers.map((number) => `p${number}`).join(', ')
  return {
    name: name && `${name}_company`,
    text: `SELECT company.place::integer AS place, answer.* FROM unnest(${lists}) WITH ORDINALITY AS company (${names}, place) CROSS JOIN LATERAL (${text.replaceAll(parameters, 'company.p$1')}) AS answer`,
    ...(columns && { columns: ['place', ...columns] }),
  }
}

const elementText = (value: unknown): string => {
  const text = valueText(value)
  return text === null ? 'NULL' : `"${text.replaceAll(/["\\]/g, '\\$&')}"`
}

/** A value as the text that Postgres reads as the type of its parameter; null for NULL. */
export const valueText = (value: unknown): string | null => {
  if (value === null || value === undefined) return null
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return `{${value.map(elementText).join(',')}}`
  return String(value)
}
