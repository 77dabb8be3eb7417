/** Splits items into rounds in which each key appears at most once; the items of a key stay in their order. */
export const inRounds = <Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Item[][] => {
  // Nearly always nothing is there twice.
  if (new Set(items.map(keyOf)).size === items.length) return items.length > 0 ? [[...items]] : []
  const rounds: Item[][] = []
  for (const ofKey of Map.groupBy(items, keyOf).values())
    for (const [round, item] of ofKey.entries()) {
      rounds[round] ??= []
      rounds[round].push(item)
    }
  return rounds
}
