import type { Description } from './describe-database.ts'

/** An object that two stores have differently; undefined where one has not got it. */
export type Difference = { object: string; left: string | undefined; right: string | undefined }

/** The objects that two stores have differently, by name. */
export const compareDescriptions = (left: Description, right: Description): Difference[] =>
  [...new Set([...left.keys(), ...right.keys()])]
    .sort()
    .filter((object) => left.get(object) !== right.get(object))
    .map((object) => ({ object, left: left.get(object), right: right.get(object) }))
