/** A text in pieces, of which those that hold what was searched for are marked; in any case. */
export const splitAtMatches = (text: string, search: string): { text: string; isMatch: boolean }[] => {
  const [lower, wanted] = [text.toLowerCase(), search.toLowerCase()]
  // Some letters change their length with their case: then places in one text are not those in the other.
  if (wanted === '' || lower.length !== text.length) return [{ text, isMatch: false }]
  const pieces: { text: string; isMatch: boolean }[] = []
  let from = 0
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, from)) {
    if (at > from) pieces.push({ text: text.slice(from, at), isMatch: false })
    from = at + wanted.length
    pieces.push({ text: text.slice(at, from), isMatch: true })
  }
  if (from < text.length) pieces.push({ text: text.slice(from), isMatch: false })
  return pieces
}
