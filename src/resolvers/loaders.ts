import DataLoader from 'dataloader'
import { reasonText } from '../lib/errors.ts'

/** Reads all keys at once and answers by key. */
type Load<Key, Args, Value> = (keys: readonly Key[], args: Args) => Promise<ReadonlyMap<Key, Value>>

/** The batches of one execution, by what they load. */
export type Loaders = {
  /**
   * Loads `key` together with all other keys of the same name and arguments in this tick: `load` runs once for all of them,
   * also when it fails. A key without an answer gives undefined.
   */
  load<Key extends string | bigint, Args, Value>(
    name: string,
    args: Args,
    key: Key,
    load: Load<Key, Args, Value>,
  ): Promise<Value | undefined>
  /** Keeps the value of a key that came another way; a known value stays. */
  prime<Key extends string | bigint, Args, Value>(
    name: string,
    args: Args,
    key: Key,
    load: Load<Key, Args, Value>,
    value: Value,
  ): void
}

const jsonText = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part))

/** Makes empty loaders. */
export const createLoaders = (): Loaders => {
  const byName = new Map<string, unknown>()
  const loaderOf = <Key, Args, Value>(name: string, args: Args, load: Load<Key, Args, Value>) => {
    const id = `${name} ${jsonText(args)}`
    let loader = byName.get(id) as DataLoader<Key, Value | undefined> | undefined
    if (!loader) {
      loader = new DataLoader(async (keys) => {
        try {
          const found = await load(keys, args)
          return keys.map((key) => found.get(key))
        } catch (error) {
          // The errors are returned, because after a rejection the keys would be loaded again.
          return keys.map(() => (error instanceof Error ? error : new Error(reasonText(error))))
        }
      })
      byName.set(id, loader)
    }
    return loader
  }
  return {
    load: (name, args, key, load) => loaderOf(name, args, load).load(key),
    prime(name, args, key, load, value) {
      loaderOf(name, args, load).prime(key, value)
    },
  }
}
