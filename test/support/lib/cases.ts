/** How many random cases a property tries: so many in every run, and `CASES_TIMES=3` times as many before a release. */
export const cases = (count: number): number => count * Number(process.env.CASES_TIMES ?? 1)
