/** The text with each of its characters escaped, cut between two of them where it would be longer than the limit. */
export const fitText = (
  text: string,
  limit: number,
  escaped: (character: string) => string = (character) => character,
): string => {
  let fitted = ''
  let cut = ''
  for (const character of text) {
    fitted += escaped(character)
    if (fitted.length < limit) cut = fitted
    if (fitted.length > limit) return `${cut}…`
  }
  return fitted
}
