/** One sighting of a user under a slug at an instant. */
export type Sighting = { user: string; slug: string; at: number }

export type Period = { slug: string; from: number; until: number | null }

type Entry = { slug: string | null; at: number; periods: Period[] }

/** The plain model of identity: one sighting at a time, maps and arrays, no SQL. */
export const createRenameModel = () => {
  const users = new Map<string, Entry>()

  const close = (entry: Entry, at: number) => {
    for (const period of entry.periods) if (period.until === null || period.until > at) period.until = at
    entry.slug = null
  }

  const see = ({ user, slug, at }: Sighting): void => {
    const known = users.get(user)
    if (known && at <= known.at) return
    const entry = known ?? { slug: null, at: -1, periods: [] }
    users.set(user, entry)
    if (entry.slug === slug) {
      entry.at = at
      return
    }
    const holder = [...users.values()].find((other) => other !== entry && other.slug === slug)
    entry.at = at
    const lost = holder !== undefined && holder.at >= at
    // Losing again changes nothing; anything else ends what was held until now.
    if (lost && entry.slug === null) return
    close(entry, at)
    if (lost) return
    if (holder) close(holder, at)
    entry.slug = slug
    entry.periods.push({ slug, from: at, until: null })
  }

  return {
    see,
    /** Applies what one answer showed: oldest first, at equal instants those that confirm what they hold before others. */
    seeAll(sightings: readonly Sighting[]): void {
      const confirms = ({ user, slug }: Sighting) => Number(users.get(user)?.slug === slug)
      const ordered = sightings
        .map((sighting) => ({ sighting, confirming: confirms(sighting) }))
        .sort(
          (a, b) =>
            a.sighting.at - b.sighting.at ||
            b.confirming - a.confirming ||
            (a.sighting.user < b.sighting.user ? -1 : 1),
        )
      for (const { sighting } of ordered) see(sighting)
    },
    slugs: (): Record<string, string | null> =>
      Object.fromEntries([...users].map(([user, { slug }]) => [user, slug]).sort()),
    periods: (): Record<string, Period[]> =>
      Object.fromEntries([...users].map(([user, { periods }]) => [user, periods]).sort()),
    /** Of several users seen under a slug at an instant, the one who took it last. */
    holderAt: (slug: string, at: number): string | null =>
      [...users]
        .flatMap(([user, { periods }]) => periods.map((period) => ({ user, ...period })))
        .filter((p) => p.slug === slug && p.from <= at && (p.until === null || p.until > at))
        .sort((a, b) => b.from - a.from)[0]?.user ?? null,
  }
}
