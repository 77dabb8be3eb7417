type Period = { slug: string; observedFrom: string; observedUntil: string | null; isCurrent: boolean }

/** The names that a channel had before, the latest first, each once. */
export const formerNames = <One extends Period>(history: readonly One[]): One[] => {
  const current = new Set(history.filter(({ isCurrent }) => isCurrent).map(({ slug }) => slug))
  const seen = new Set<string>(current)
  return history.filter(({ slug, isCurrent }) => {
    if (isCurrent || seen.has(slug)) return false
    seen.add(slug)
    return true
  })
}
