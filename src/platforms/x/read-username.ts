/** An X username in lower case, or undefined for what can not be one. */
export const readUsername = (value: unknown): string | undefined =>
  // Checked before lowering: some letters outside ASCII become ASCII in lower case.
  typeof value === 'string' && /^[A-Za-z0-9_]{1,15}$/.test(value) ? value.toLowerCase() : undefined
