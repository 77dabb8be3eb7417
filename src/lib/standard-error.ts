import fs from 'node:fs'

const fd = 2
/** Characters that wait for a slow reader; what comes on top of them is dropped. */
const mostWaiting = 8 * 1024 ** 2
const busyMs = 10

/**
 * Where the log goes: written in order and without waiting. What can not be written, because the disk is full or the reader has
 * gone, is dropped: that is no reason to stop, nor to hang at the end.
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
      // Nobody is left to tell.
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
