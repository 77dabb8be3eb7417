const small = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 2 })
const large = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

/** A number as people write it: whole from 10 on, else two digits. */
export const amount = (x: number): string => (Math.abs(x) < 10 ? small : large).format(x)

/** A share of 1 in percent. */
export const percent = (x: number): string => `${amount(x * 100)}%`

/** A count with its noun. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${amount(count)} ${count === 1 ? one : many}`
