/** An argument outside its limits; the message names it. */
export class InvalidArgument extends Error {}

/** All values of a repeated argument; throws InvalidArgument above `max` of them. */
export const texts = (query: URLSearchParams, name: string, max: number): string[] => {
  const values = query.getAll(name)
  if (values.length > max) throw new InvalidArgument(`${name}: at most ${max} values`)
  return values
}

/** All values of a repeated argument as positive integers; throws InvalidArgument for others and above `max` of them. */
export const integers = (query: URLSearchParams, name: string, max: number): number[] =>
  texts(query, name, max).map((value) => {
    if (!/^[1-9]\d{0,18}$/.test(value)) throw new InvalidArgument(`${name}: must be a positive integer`)
    return Number(value)
  })

/** The argument `limit`, or the fallback without one; throws InvalidArgument outside 1 to `max`. */
export const limit = (query: URLSearchParams, max: number, fallback: number): number => {
  const text = query.get('limit')
  if (text === null) return fallback
  const value = /^\d{1,6}$/.test(text) ? Number(text) : 0
  if (value < 1 || value > max) throw new InvalidArgument(`limit: must be between 1 and ${max}`)
  return value
}
