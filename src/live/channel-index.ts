import type { Interest } from './interest.ts'

/** A channel id, a platform, or '' for everything. */
type Key = number | string

const keysOf = ({ channels, platform }: Interest): Iterable<Key> => channels ?? [platform ?? '']

/** Finds the values that are interested in a channel, without looking at all others. */
export class ChannelIndex<T> {
  /** How often each value was added, by channel id and by platform. */
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
      const remaining = values.get(value)! - 1
      if (remaining > 0) values.set(value, remaining)
      else values.delete(value)
      if (values.size === 0) counts.delete(key)
    }
  }

  /** Calls `visit` with every interested value; a value with two matching interests is visited twice. */
  each(channelId: number, platform: string, visit: (value: T) => void): void {
    for (const key of [channelId, platform, '']) {
      const values = this.#countsWith(key).get(key)
      if (values) for (const value of values.keys()) visit(value)
    }
  }

  /** Whether any value is interested in the channel, or in a platform. */
  concerns(channelId: number): boolean {
    return this.#ofPlatforms.size > 0 || this.#ofChannels.has(channelId)
  }

  #countsWith(key: Key): Map<Key, Map<T, number>> {
    return typeof key === 'number' ? this.#ofChannels : this.#ofPlatforms
  }
}
