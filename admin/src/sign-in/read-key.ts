import { seenText } from '../view/seen-text.ts'

/** What somebody pasted as their key: a key, the code of a sign-in link, or null for what is neither. */
export type Pasted = { key: string } | { code: string } | null

/** The longest that the server reads. */
const longestKey = 8_192
const longestCode = 200

const quotes = /^["'`´‘’‚“”„‹›«»]+|["'`´‘’‚“”„‹›«»]+$/gu

/** The code of a sign-in link in what stands behind the "#" of an address; null where there is none. */
export const codeOf = (hash: string): string | null => new URLSearchParams(hash.replace(/^#/, '')).get('code') || null

/** Whether a text can be the code of a sign-in link. */
export const isCode = (text: string): boolean => text.length <= longestCode && /^[\w-]+$/.test(text)

/** Reads a key as people paste it: in quotes, with signs that are not seen, as the whole header, or as the sign-in link. */
export const readKey = (text: string): Pasted => {
  const bare = seenText(text).replace(quotes, '').trim()
  const key = bare
    .replace(/^authorization\s*:\s*/i, '')
    .replace(/^bearer\s+/i, '')
    .replace(quotes, '')
  const [, hash] = /^https?:\/\/[^#]*\/sign-in[^#]*#(.*)$/i.exec(key) ?? []
  const code = hash === undefined ? null : codeOf(hash)
  if (code) return isCode(code) ? { code } : null
  return /^[\x21-\x7e]+$/.test(key) && key.length <= longestKey ? { key } : null
}
