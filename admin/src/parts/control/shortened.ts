const longest = 60

/** The beginning of a text that is too long for a button; null where it fits. */
export const shortened = (text: string): string | null =>
  text.length > longest ? `${Array.from(text.slice(0, longest)).slice(0, -1).join('')}…` : null
