/** A fault of some versions of a server that concerns us: from, and fixed in. */
export type KnownFault = {
  readonly from: string
  readonly fixedIn: string
  /** The rest of the sentence that begins with the version. */
  readonly fault: string
}

/** What a version has to be. */
export type VersionRules = {
  readonly product: string
  readonly oldest: string
  readonly faulty: readonly KnownFault[]
}

const numbersOf = (version: string): number[] => (/^[\d.]+/.exec(version)?.[0] ?? '').split('.').map(Number)

/** Compares versions by their numbers; what is not there is 0. */
const compare = (a: string, b: string): number => {
  const [left, right] = [numbersOf(a), numbersOf(b)]
  for (let place = 0; place < 4; place++) {
    const difference = (left[place] ?? 0) - (right[place] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** What is wrong with a version of a server: it can not be used, or it should be updated; null when it is fine. */
export const judgeVersionBy = (
  { product, oldest, faulty }: VersionRules,
  version: string,
): { refused: boolean; reason: string } | null => {
  if (compare(version, oldest) < 0)
    return { refused: true, reason: `${product} ${version} is too old: ${oldest} or newer is needed` }
  const bad = faulty.find(({ from, fixedIn }) => compare(version, from) >= 0 && compare(version, fixedIn) < 0)
  return bad
    ? { refused: false, reason: `${product} ${version} ${bad.fault}: update it to ${bad.fixedIn} or newer` }
    : null
}
