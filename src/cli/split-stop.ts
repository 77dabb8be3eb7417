import { ConfigError, isAbort } from '../lib/errors.ts'

/** Work that can be stopped: the sentence says what became of it then, a ConfigError. */
export const sayingWhenStopped = async <T>(
  signal: AbortSignal,
  sentence: string,
  work: () => Promise<T>,
): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    if (signal.aborted && isAbort(error)) throw new ConfigError(sentence)
    throw error
  }
}

const canNotStop =
  'dm is being handed over: this can not be stopped, and takes moments. If it is ended all the same, run split-dm cut-over again.\n'

/** Until it is disposed of, whoever asks this process to stop is told why it goes on. */
export const refuseStops = (signal: AbortSignal): Disposable => {
  const tell = () => void process.stderr.write(canNotStop)
  if (signal.aborted) tell()
  else signal.addEventListener('abort', tell, { once: true })
  return { [Symbol.dispose]: () => signal.removeEventListener('abort', tell) }
}
