/**
 * Characters that a terminal acts upon instead of showing them, the other line ends of Unicode, marks that turn the direction of the
 * text after them, and halves of surrogate pairs.
 */
const unseen = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** One line of text as a terminal shows it without being moved by it. Such an escape also means the same in JSON. */
export const visibleText = (line: string): string => line.replace(unseen, escaped)
