/** A value that may become another one while the process runs. */
export type LiveValue<T> = {
  now(): T
  /** Calls the listener after each change, until the returned function is called. */
  onChange(listener: () => void): () => void
}

/** A value that stays as it is. */
export const fixedValue = <T>(value: T): LiveValue<T> => ({ now: () => value, onChange: () => () => undefined })
