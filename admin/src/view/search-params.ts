/** What a link says behind its question mark: a text by name, or several. */
export type SearchParams = Record<string, string | string[] | undefined>

/** Reads `a=1&c=x&c=y`. A name that comes twice has a list. */
export const parseSearch = (search: string): SearchParams => {
  const params = new Map<string, string | string[]>()
  for (const [name, value] of new URLSearchParams(search)) {
    const before = params.get(name)
    params.set(name, before === undefined ? value : [before, value].flat())
  }
  return Object.fromEntries(params)
}

/** Writes what `parseSearch` reads; empty texts and undefined are left out. Colons stay readable. */
export const stringifySearch = (params: Record<string, unknown>): string => {
  const pairs = Object.entries(params).flatMap(([name, value]) =>
    [value].flat().flatMap((one) => (one === undefined || one === null || one === '' ? [] : [[name, String(one)]])),
  )
  const text = new URLSearchParams(pairs).toString().replaceAll('%3A', ':').replaceAll('%2F', '/')
  return text ? `?${text}` : ''
}

/** One text of the parameters; undefined where it is missing. Of several the last. */
export const textOf = (value: unknown): string | undefined => {
  const last = Array.isArray(value) ? value.at(-1) : value
  return typeof last === 'string' && last !== '' ? last : undefined
}

/** All texts of a parameter. */
export const textsOf = (value: unknown): string[] =>
  [value].flat().filter((one): one is string => typeof one === 'string' && one !== '')

/** One of the allowed values; undefined for any other. */
export const choiceOf = <Choice extends string>(value: unknown, choices: readonly Choice[]): Choice | undefined =>
  choices.find((choice) => choice === textOf(value))
