/** The relations to load together with rows, in Prisma's form; made from the caller's selection. */
export type PrismaSelection = { include?: object; select?: object }

const sizes = [1, 2, 5, 10, 20, 50, 100]

/**
 * The distinct ids, with the last one repeated up to one of a few lengths. The text of Prisma's statement depends on the number
 * of ids, and each new text would be planned again.
 */
export const paddedIds = (ids: readonly bigint[]): bigint[] => {
  const distinct = [...new Set(ids)]
  const size = sizes.find((candidate) => candidate >= distinct.length) ?? distinct.length
  return distinct.concat(Array<bigint>(size - distinct.length).fill(distinct.at(-1)!))
}

/** Rows by their id. */
export const byId = <Row extends { id: bigint }>(rows: readonly Row[]): Map<bigint, Row> =>
  new Map(rows.map((row) => [row.id, row]))
