export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** What a list or an object holds, by its places or names. */
export const childrenOf = (value: readonly Json[] | { readonly [key: string]: Json }): [string, Json][] =>
  Object.entries(value)

/** How much a list or an object holds, in words. */
export const shapeOf = (value: readonly Json[] | { readonly [key: string]: Json }): string => {
  const count = Object.keys(value).length
  if (Array.isArray(value)) return count === 0 ? 'empty list' : `list of ${count}`
  return count === 0 ? 'nothing in it' : `${count} ${count === 1 ? 'field' : 'fields'}`
}
