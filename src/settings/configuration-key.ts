/** The categories an entry can be in, as stored. */
export const categories = ['auth', 'database', 'monitoring', 'system'] as const
export type Category = (typeof categories)[number]

/** The naming rule of keys in one sentence. */
export const keyRule =
  'key must be 1 to 120 characters: words of lowercase letters and digits, joined by "." or "_" and beginning with a letter.'

/** Whether the text keeps to `keyRule`. */
export const isConfigurationKey = (text: string): boolean =>
  text.length <= 120 && /^[a-z][a-z0-9]*([._][a-z0-9]+)*$/.test(text)

/** Whether the words of a key say that its value is a secret; such a value is always encrypted. */
export const isSensitive = (key: string): boolean => /secret|password|token/i.test(key.replaceAll(/[^a-z0-9]/gi, ''))
