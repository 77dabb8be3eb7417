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

/** Short words are near too many others, and each of these is a word of its own. */
const shortest = 6
/** From this length on, two slips are still seen to be slips. */
const longEnoughForTwo = 10

/** The one of these names that a name is most likely meant to be, also in other letters; undefined where none is near. */
export const nearName = (name: string, names: readonly string[]): string | undefined => {
  const given = name.toUpperCase()
  const allowed = (known: string): number => (known.length < shortest ? 0 : known.length < longEnoughForTwo ? 1 : 2)
  return names
    .filter((known) => Math.abs(known.length - given.length) <= 2)
    .map((known) => ({ known, edits: editsBetween(given, known) }))
    .filter(({ known, edits }) => edits <= allowed(known))
    .sort((a, b) => a.edits - b.edits)[0]?.known
}
