/** The most characters of a name. */
export const maxNameLength = 100

/** Control characters, line breaks of any kind, and halves of surrogate pairs, which no database stores as text. */
export const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u

const visible = /[\p{L}\p{N}\p{P}\p{S}]/u

/** Whether a text can be the name of something: 1 to `maxNameLength` characters, printable and not only space. */
export const isPrintableName = (text: string): boolean =>
  [...text].length <= maxNameLength && !unprintable.test(text) && visible.test(text)
