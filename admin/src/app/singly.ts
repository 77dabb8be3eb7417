/** Runs one at a time: what is asked for while another runs is left out. */
export const singly = () => {
  let isRunning = false
  return async (run: () => Promise<void>): Promise<void> => {
    if (isRunning) return
    isRunning = true
    try {
      await run()
    } finally {
      isRunning = false
    }
  }
}
