/** The relations to load together with rows, as Prisma takes them; made from the caller's selection. */
export type PrismaSelection = { include?: object; select?: object }

const sizes = [1, 2, 5, 10, 20, 50, 100]

/**
 * The distinct ids, the last one repeated up to one of a few lengths: the text of Prisma's statement follows the number of
 * ids, and every other text would be planned anew.
 */
export const paddedIds = (ids: readonly bigint[]): bigint[] => {
  const distinct = [...new Set(ids)]
  const size = sizes.find((candidate) => candidate >= distinct.length) ?? distinct.length
  return distinct.concat(Array<bigint>(size - distinct.length).fill(distinct.at(-1)!))
}

/** Rows by their id. */
export const byId = <Row extends { id: bigint }>(rows: readonly Row[]): Map<bigint, Row> =>
  new Map(rows.map((row) => [row.id, row]))
