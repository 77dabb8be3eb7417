import { readCount } from './read-fields.ts'

const largestStored = 2 ** 31 - 1

/** A number of followers, undefined for what can be none. */
export const readFollowerCount = (value: unknown): number | undefined => {
  const count = readCount(value)
  return count !== undefined && count <= largestStored ? count : undefined
}
