import fs from 'node:fs'

const fd = 2
/** How many characters may wait for a slow reader; more are dropped. */
const mostWaiting = 8 * 1024 ** 2
const busyMs = 10

/**
 * Writes the log to standard error, in order and without waiting. A text that can not be written, because the disk is full or
 * the reader has gone, is dropped, so that the program neither stops nor hangs because of it.
 */
export const standardError = (): { write(text: string): void } => {
  let waiting = ''
  let isWriting = false
  const writeNext = (): void => {
    if (isWriting || waiting === '') return
    const chunk = Buffer.from(waiting)
    waiting = ''
    isWriting = true
    const writeFrom = (start: number): void =>
      fs.write(fd, chunk, start, chunk.length - start, null, (error, written) => {
        if (error?.code === 'EAGAIN') return void setTimeout(writeFrom, busyMs, start)
        if (!error && start + written < chunk.length) return writeFrom(start + written)
        isWriting = false
        writeNext()
      })
    writeFrom(0)
  }
  process.once('exit', () => {
    try {
      fs.writeSync(fd, waiting)
    } catch {
      // The process is ending, and there is no other place to report it.
    }
  })
  return {
    write(text) {
      if (waiting.length > mostWaiting) return
      waiting += text
      writeNext()
    },
  }
}
