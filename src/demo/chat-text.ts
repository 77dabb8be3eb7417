import { emoji, emotes, phrases } from './phrases.ts'
import { hash, pick, unit } from './random.ts'

const salt = { shape: 91, phrase: 92, emote: 93, count: 94, emoji: 95, case: 96 }

/** An emote of a message, with the positions of its first and last character, counted in code points. */
export type EmoteUse = { emote_id: string; positions: { s: number; e: number }[] }

/** The text of a message, emotes inline as `[emote:<id>:<name>]`. */
export type ChatText = { content: string; emotes: EmoteUse[] | null }

const emoteUses = (content: string): EmoteUse[] | null => {
  const uses = new Map<string, EmoteUse>()
  for (const match of content.matchAll(/\[emote:(\d+):\w+\]/g)) {
    const s = [...content.slice(0, match.index)].length
    const use = uses.get(match[1]!) ?? { emote_id: match[1]!, positions: [] }
    use.positions.push({ s, e: s + match[0].length - 1 })
    uses.set(match[1]!, use)
  }
  return uses.size > 0 ? [...uses.values()] : null
}

/** A message to the streamer of this name in this language; the same numbers give the same text. */
export const chatText = (seed: number, language: string, name: string, ...parts: number[]): ChatText => {
  const { reactions, sentences, questions } = phrases[language] ?? phrases.en!
  const shape = unit(seed, salt.shape, ...parts)
  const list = shape < 0.45 ? reactions : shape < 0.8 ? sentences : shape < 0.9 ? questions : []
  const words = list.length > 0 ? [pick(list, seed, salt.phrase, ...parts).replace('{name}', name)] : []
  if (words[0] && unit(seed, salt.case, ...parts) < 0.06) words[0] = words[0].toLocaleUpperCase(language)
  if (words.length === 0 || unit(seed, salt.emote, ...parts) < 0.22) {
    const { id, name: emote } = pick(emotes, seed, salt.emote, ...parts, 1)
    const count = 1 + (hash(seed, salt.count, ...parts) % 5 === 0 ? 2 : 0)
    for (let n = 0; n < count; n++) words.push(`[emote:${id}:${emote}]`)
  } else if (unit(seed, salt.emoji, ...parts) < 0.12) words.push(pick(emoji, seed, salt.emoji, ...parts, 1))
  const content = words.join(' ')
  return { content, emotes: emoteUses(content) }
}
