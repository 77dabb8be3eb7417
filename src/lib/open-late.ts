/** What is opened by its first use, once for all. */
export type OpenedLate<T> = {
  /** Rejects where it can not be opened; the next use tries again. */
  use(): Promise<T>
  /** What is open, once it is, for whoever closes it; undefined where nothing was used or nothing could be opened. */
  opened(): Promise<T | undefined>
}

/** Opens at the first use. */
export const openLate = <T>(open: () => Promise<T>): OpenedLate<T> => {
  let opened: Promise<T> | undefined
  return {
    use() {
      opened ??= open().catch((error: unknown) => {
        opened = undefined
        throw error
      })
      return opened
    },
    opened: async () => opened?.catch(() => undefined),
  }
}
