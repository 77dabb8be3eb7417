import { ConfigError } from '../lib/errors.ts'

/** Standard output as commands use it. */
export type Output = {
  say(line: string): void
  write(text: string): void
  /** Resolves when everything is written, or when nobody reads it any more; a ConfigError where it could not be written. */
  flush(): Promise<void>
}

/** A reader that has gone away, as `head` does, is no error; a disk that is full is one. */
export const openOutput = (stream: NodeJS.WritableStream): Output => {
  let failure: string | undefined
  stream.on('error', ({ code = 'EIO' }: NodeJS.ErrnoException) => {
    if (code !== 'EPIPE' && code !== 'ERR_STREAM_DESTROYED') failure ??= code
  })
  const write = (text: string): void => void stream.write(text)
  return {
    write,
    say: (line) => write(`${line}\n`),
    async flush() {
      await new Promise<unknown>((resolve) => stream.write('', resolve))
      // The stream tells of an error after it has called back.
      await new Promise(setImmediate)
      if (failure !== undefined) throw new ConfigError(`Standard output can not be written (${failure}).`)
    },
  }
}
