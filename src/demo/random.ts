const mix = (h: number, value: number): number => {
  let k = Math.imul(value | 0, 0xcc9e2d51)
  k = (k << 15) | (k >>> 17)
  h ^= Math.imul(k, 0x1b873593)
  h = (h << 13) | (h >>> 19)
  return (Math.imul(h, 5) + 0xe6546b64) | 0
}

/** A 32-bit hash of integers (safe ones, any sign); the same integers give the same number on every machine. */
export const hash = (seed: number, ...parts: number[]): number => {
  let h = mix(0x9747b28c, seed)
  for (const part of parts) {
    h = mix(h, part)
    if (part > 0x7fffffff || part < -0x80000000) h = mix(h, Math.floor(part / 0x100000000))
  }
  h ^= h >>> 16
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** A hash of integers as a number in [0, 1). */
export const unit = (seed: number, ...parts: number[]): number => hash(seed, ...parts) / 0x100000000

/** A hash of integers as a number in [min, max). */
export const between = (min: number, max: number, seed: number, ...parts: number[]): number =>
  min + (max - min) * unit(seed, ...parts)

/** The element of a non-empty list at the index of a hash of integers. */
export const pick = <T>(list: readonly T[], seed: number, ...parts: number[]): T =>
  list[hash(seed, ...parts) % list.length]!

/** A UUID (version 4 layout) made of a hash of integers. */
export const uuid = (seed: number, ...parts: number[]): string => {
  const hex = [0, 1, 2, 3]
    .map((n) =>
      hash(seed, ...parts, n)
        .toString(16)
        .padStart(8, '0'),
    )
    .join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`
}

/** A sequence of numbers in [0, 1), the same for the same seed. */
export const createRandom = (seed: number): (() => number) => {
  let n = 0
  return () => unit(seed, n++)
}

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

const base32 = (value: number, length: number): string => {
  let text = ''
  for (let rest = value; text.length < length; rest = Math.floor(rest / 32)) text = crockford[rest % 32] + text
  return text
}

/** A ULID of an instant in epoch milliseconds; `random` gives its 80 random bits. */
export const ulid = (at: number, random: () => number): string =>
  base32(at, 10) + [0, 1, 2, 3].map(() => base32(Math.floor(random() * 0x100000), 4)).join('')
