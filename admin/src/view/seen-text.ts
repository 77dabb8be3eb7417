// What turns, joins or hides text and is not seen itself: controls, and signs without a width.
const unseen = /[\p{Cc}\p{Cf}]/gu

/** A text as a reader sees it: white space is one space, and what has no shape is left out. */
export const seenText = (text: string): string => text.replace(/\s+/g, ' ').replace(unseen, '').trim()

// Scripts from right to left, and signs that turn what follows them.
const turning =
  /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc]|[\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u

/** A name inside of a sentence: where it could turn the rest of the sentence, it stands by itself, as in a `<bdi>`. */
export const isolated = (name: string): string =>
  turning.test(name) ? `\u2068${name.replaceAll('\u2069', '')}\u2069` : name
