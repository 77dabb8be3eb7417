/** One thing that an action changed. Undefined where it was not there, or is not there any more. */
export type Difference = { path: string; before?: string; after?: string }

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const print = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

const join = (path: string, key: string): string => (path ? `${path}.${key}` : key)

/** Every value of an object with its path; what is no object is one value. */
const flatten = (value: unknown, path: string, into: Map<string, string>): Map<string, string> => {
  if (isObject(value) && Object.keys(value).length > 0)
    for (const [key, part] of Object.entries(value)) flatten(part, join(path, key), into)
  else into.set(path, print(value))
  return into
}

const read = (value: unknown): Map<string, string> =>
  value === null || value === undefined || (isObject(value) && Object.keys(value).length === 0)
    ? new Map()
    : flatten(value, '', new Map())

/** What is different after an action, in the order of what was there before. What stayed the same is left out. */
export const differenceOf = (before: unknown, after: unknown): Difference[] => {
  const [was, is] = [read(before), read(after)]
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((path) => {
    const [one, other] = [was.get(path), is.get(path)]
    if (one === other) return []
    return [{ path, ...(one !== undefined && { before: one }), ...(other !== undefined && { after: other }) }]
  })
}
