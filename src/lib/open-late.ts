/** What is opened by its first use, once for all. */
export type OpenedLate<T> = {
  /** Rejects where it can not be opened; the next use tries again. */
  use(): Promise<T>
  /** What was used; undefined where nothing is open. */
  opened(): Promise<T> | undefined
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
    opened: () => opened,
  }
}
