const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

const base32 = (value: number, length: number): string => {
  let text = ''
  for (let rest = value; text.length < length; rest = Math.floor(rest / 32)) text = crockford[rest % 32] + text
  return text
}

/** A ULID of an instant in epoch milliseconds; `random` gives its 80 random bits. */
export const ulid = (at: number, random: () => number): string =>
  base32(at, 10) + [0, 1, 2, 3].map(() => base32(Math.floor(random() * 0x100000), 4)).join('')
