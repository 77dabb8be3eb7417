// What is not seen, or turns what stands behind it round. Emoji need the joiner, U+200D.
const hidden = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u
const seen = /[\p{L}\p{N}\p{P}\p{S}]/u

/** Whether a text can be shown in one line by anybody: 1 to `longest` characters, one of them at least seen, and none that breaks or turns the line. */
export const isOneLine = (text: string, longest: number): boolean =>
  text.length <= 2 * longest &&
  [...text].length <= longest &&
  text.isWellFormed() &&
  seen.test(text) &&
  !hidden.test(text)
