const segmenter = new Intl.Segmenter()
const firstOf = (text: string): string => [...segmenter.segment(text)][0]?.segment.toUpperCase() ?? ''

/** One or two letters that stand for a name: of its first two words, else its first. */
export const initials = (name: string): string => {
  const words = name.split(/[\s_.-]+/).filter((word) => word !== '')
  return words.slice(0, 2).map(firstOf).join('')
}
