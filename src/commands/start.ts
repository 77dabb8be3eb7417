import { type App, startApp } from '../app.ts'
import { banner } from '../banner.ts'
import type { Config } from '../config.ts'
import type { Log } from '../lib/log.ts'
import { unlessStopped } from './unless-stopped.ts'

const serve = async (app: App, config: Config, signal: AbortSignal): Promise<void> => {
  process.stdout.write(banner(app, config))
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve))
  process.stdout.write('Stopping…\n')
}

/** Serves everything that the settings ask for until the process is to stop. */
export const start = async (config: Config, log: Log, signal: AbortSignal): Promise<void> => {
  await using app = await unlessStopped(signal, () => startApp(config, { log, signal }))
  if (app) await serve(app, config, signal)
}
