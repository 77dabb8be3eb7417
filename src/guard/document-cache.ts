/** Remembers what was derived from document texts: the least recently used go first when either limit is passed. */
export type DocumentCache<Value> = {
  /** The remembered value, else the derived one, remembered from now on. */
  get(text: string, derive: (text: string) => Value): Value
  readonly size: number
}

/** An empty cache of at most so many entries whose texts have at most so many characters altogether. */
export const createDocumentCache = <Value>(maxEntries = 1_000, maxCharacters = 8_000_000): DocumentCache<Value> => {
  // A Map keeps the order of insertion: a used entry is put last again, so the first is the one to forget.
  const entries = new Map<string, Value>()
  let newest: string | undefined
  let characters = 0
  return {
    get(text, derive) {
      const known = entries.get(text)
      if (known !== undefined) {
        if (text !== newest) {
          entries.delete(text)
          entries.set(text, known)
          newest = text
        }
        return known
      }
      const value = derive(text)
      entries.set(text, value)
      newest = text
      characters += text.length
      for (const [oldest] of entries) {
        if (entries.size <= maxEntries && characters <= maxCharacters) break
        entries.delete(oldest)
        characters -= oldest.length
      }
      return value
    },
    get size() {
      return entries.size
    },
  }
}
