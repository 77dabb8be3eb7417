import type { Interest } from './interest.ts'

/** Who is interested in what: finds everyone concerned with a channel without looking at anyone else. */
export class ChannelIndex<T> {
  /** How often each value was added, by channel id, and by platform (or '' for all) for those interested in everything. */
  readonly #byChannel = new Map<number, Map<T, number>>()
  readonly #wide = new Map<string, Map<T, number>>()

  /** Adds a value; one added twice stays until it is removed twice. */
  add(interest: Interest, value: T): void {
    if (!interest.channels) return ChannelIndex.#count(this.#wide, interest.platform ?? '', value, 1)
    for (const id of interest.channels) ChannelIndex.#count(this.#byChannel, id, value, 1)
  }

  remove(interest: Interest, value: T): void {
    if (!interest.channels) return ChannelIndex.#count(this.#wide, interest.platform ?? '', value, -1)
    for (const id of interest.channels) ChannelIndex.#count(this.#byChannel, id, value, -1)
  }

  /** Calls `visit` with everyone concerned; someone interested both in the channel and in everything is visited for each. */
  each(channelId: number, platform: string, visit: (value: T) => void): void {
    this.#byChannel.get(channelId)?.forEach((_, value) => visit(value))
    this.#wide.get(platform)?.forEach((_, value) => visit(value))
    this.#wide.get('')?.forEach((_, value) => visit(value))
  }

  /** Whether anyone is interested in everything. */
  get hasWide(): boolean {
    return this.#wide.size > 0
  }

  has(channelId: number): boolean {
    return this.#byChannel.has(channelId)
  }

  static #count<K, T>(index: Map<K, Map<T, number>>, key: K, value: T, by: 1 | -1): void {
    const values = index.get(key) ?? new Map<T, number>()
    const count = (values.get(value) ?? 0) + by
    if (count > 0) values.set(value, count)
    else values.delete(value)
    if (values.size > 0) index.set(key, values)
    else index.delete(key)
  }
}
