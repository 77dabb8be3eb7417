/** A name under which sessions or chat saw a channel, from its first to its last sighting without another name between them. */
export type NameRun = { slug: string; first: Date; last: Date }

/** A period of a name, half-open; the last one is open. */
export type NamePeriod = { slug: string; from: Date; until: Date | null }

/**
 * The periods that follow from what was seen of a channel's names. Null where they are not certain: where two names were seen at the same
 * time, or where the current one is not the last that was seen. `current` was observed at `observedAt`.
 */
export const namePeriods = (
  runs: readonly NameRun[],
  current: { slug: string; observedAt: Date },
): NamePeriod[] | null => {
  const merged: NameRun[] = []
  for (const run of [...runs].sort(
    (a, b) => a.first.getTime() - b.first.getTime() || a.last.getTime() - b.last.getTime(),
  )) {
    const before = merged.at(-1)
    if (before?.slug === run.slug) {
      if (run.last > before.last) before.last = run.last
      continue
    }
    // At one instant a channel has one name.
    if (before && before.last >= run.first) return null
    merged.push({ ...run })
  }
  const last = merged.at(-1)
  if (!last) return null
  if (last.slug !== current.slug) {
    if (current.observedAt <= last.last) return null
    merged.push({ slug: current.slug, first: current.observedAt, last: current.observedAt })
  }
  return merged.map(({ slug, first }, index) => ({ slug, from: first, until: merged[index + 1]?.first ?? null }))
}
