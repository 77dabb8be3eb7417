import DataLoader from 'dataloader'

/** The batches of one execution, by what they load. */
export type Loaders = {
  /**
   * Loads `key` together with every other key asked for under the same name and arguments in this tick: `load` runs once
   * for all of them and answers by key. Keys it does not answer give undefined.
   */
  load<Key extends string | bigint, Args, Value>(
    name: string,
    args: Args,
    key: Key,
    load: (keys: readonly Key[], args: Args) => Promise<ReadonlyMap<Key, Value>>,
  ): Promise<Value | undefined>
}

const jsonText = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part))

/** Loaders that remember nothing yet. */
export const createLoaders = (): Loaders => {
  const byName = new Map<string, DataLoader<unknown, unknown>>()
  return {
    load(name, args, key, load) {
      const id = `${name} ${jsonText(args)}`
      let loader = byName.get(id)
      if (!loader) {
        loader = new DataLoader<unknown, unknown>(async (keys) => {
          const found = await load(keys as never, args)
          return keys.map((one) => found.get(one as never))
        })
        byName.set(id, loader)
      }
      return loader.load(key) as never
    },
  }
}
