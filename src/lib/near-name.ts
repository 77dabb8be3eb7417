/** How many characters have to be put in, left out, replaced or swapped with their neighbour to make one word of the other. */
export const editsBetween = (a: string, b: string): number => {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row[j] = Math.min(
        last[j - 1]! + (same ? 0 : 1),
        last[j]! + 1,
        row[j - 1]! + 1,
        isSwapped ? before[j - 2]! + 1 : Number.POSITIVE_INFINITY,
      )
    }
    before = last
    last = row
  }
  return last[b.length]!
}

/** Short words are near too many others, and each of these is a word of its own: only neighbours that changed places are seen to be a slip. */
const shortest = 6
/** From this length on, two slips are still seen to be slips. */
const longEnoughForTwo = 10

const hasSameLetters = (a: string, b: string): boolean => [...a].sort().join() === [...b].sort().join()

/** The word of one thing, of many or of one: PROXIES and PROXY are told for each other. */
const singular = (name: string): string => name.replace(/IES$/, 'Y').replace(/(?<=[^S])S$/, '')

/** The one of these names that a name is most likely meant to be, also in other letters; undefined where none is near. */
export const nearName = (name: string, names: readonly string[]): string | undefined => {
  const given = name.toUpperCase()
  const allowed = (known: string): number => (known.length < longEnoughForTwo ? 1 : 2)
  const isNear = (known: string, edits: number): boolean =>
    known.length < shortest ? edits <= 1 && hasSameLetters(given, known) : edits <= allowed(known)
  return names
    .filter((known) => Math.abs(known.length - given.length) <= 2)
    .map((known) => ({
      known,
      edits: Math.min(editsBetween(given, known), 1 + editsBetween(singular(given), singular(known))),
    }))
    .filter(({ known, edits }) => isNear(known, edits))
    .sort((a, b) => a.edits - b.edits)[0]?.known
}
