import type { Interest } from './interest.ts'

/** Channel ids, platforms, and '' for everything. */
type Key = number | string

const keysOf = ({ channels, platform }: Interest): Iterable<Key> => channels ?? [platform ?? '']

/** Who is interested in what: finds everyone concerned with a channel without looking at anyone else. */
export class ChannelIndex<T> {
  /** How often each value was added, by channel ids and by everything else. */
  readonly #ofChannels = new Map<Key, Map<T, number>>()
  readonly #ofPlatforms = new Map<Key, Map<T, number>>()

  /** Adds a value; one added twice stays until it is removed twice. */
  add(interest: Interest, value: T): void {
    for (const key of keysOf(interest)) {
      const counts = this.#countsWith(key)
      const values = counts.get(key) ?? new Map<T, number>()
      values.set(value, (values.get(value) ?? 0) + 1)
      counts.set(key, values)
    }
  }

  /** Takes back one `add` of the value. */
  remove(interest: Interest, value: T): void {
    for (const key of keysOf(interest)) {
      const counts = this.#countsWith(key)
      const values = counts.get(key)!
      const left = values.get(value)! - 1
      if (left > 0) values.set(value, left)
      else values.delete(value)
      if (values.size === 0) counts.delete(key)
    }
  }

  /** Calls `visit` with everyone concerned; someone interested both in the channel and in everything is visited for each. */
  each(channelId: number, platform: string, visit: (value: T) => void): void {
    for (const key of [channelId, platform, '']) {
      const values = this.#countsWith(key).get(key)
      if (values) for (const value of values.keys()) visit(value)
    }
  }

  /** Whether anyone is concerned with the channel, whatever its platform. */
  concerns(channelId: number): boolean {
    return this.#ofPlatforms.size > 0 || this.#ofChannels.has(channelId)
  }

  #countsWith(key: Key): Map<Key, Map<T, number>> {
    return typeof key === 'number' ? this.#ofChannels : this.#ofPlatforms
  }
}
