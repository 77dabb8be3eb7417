/** A Twitch login in lower case, or undefined for what can not be one. */
export const readLogin = (value: unknown): string | undefined =>
  // Checked before lowering: some letters outside ASCII become ASCII in lower case.
  typeof value === 'string' && /^[A-Za-z0-9_]{1,25}$/.test(value) ? value.toLowerCase() : undefined
