import { seenText } from '../view/seen-text.ts'

/** What somebody pasted as their key: a key, the code of a sign-in link, or null for what is neither. */
export type Pasted = { key: string } | { code: string } | null

/** The longest that the server reads. */
const longestKey = 8_192
const longestCode = 200

const quotes = new Set('"\'`´‘’‚“”„‹›«»')

/** A text without the quotes that stand around it. */
const unquoted = (text: string): string => {
  const signs = [...text]
  const from = signs.findIndex((sign) => !quotes.has(sign))
  return from === -1 ? '' : signs.slice(from, signs.findLastIndex((sign) => !quotes.has(sign)) + 1).join('')
}

/** The code of a sign-in link in what stands behind the "#" of an address; null where there is none. */
export const codeOf = (hash: string): string | null => new URLSearchParams(hash.replace(/^#/, '')).get('code') || null

/** Whether a text can be the code of a sign-in link. */
export const isCode = (text: string): boolean => text.length <= longestCode && /^[\w-]+$/.test(text)

/** Reads a key as people paste it: in quotes, with signs that are not seen, as the whole header, or as the sign-in link. */
export const readKey = (text: string): Pasted => {
  const key = unquoted(
    unquoted(seenText(text))
      .trim()
      .replace(/^authorization\s*:\s*/i, '')
      .replace(/^bearer\s+/i, ''),
  )
  const link = URL.parse(key)
  const code = link?.protocol.startsWith('http') && link.pathname.includes('/sign-in') ? codeOf(link.hash) : null
  if (code) return isCode(code) ? { code } : null
  return /^[\x21-\x7e]+$/.test(key) && key.length <= longestKey ? { key } : null
}
