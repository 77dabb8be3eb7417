import { startApp } from '../app/start-app.ts'
import { banner } from './banner.ts'
import { programCommand, unlessStopped, withConfig } from './program-command.ts'

/** Serves everything that the settings ask for until the process is to stop. */
export const startCommand = programCommand({
  name: 'start',
  summary: 'start the server and its workers (the default)',
  async run(_, context) {
    const { config, log, signal } = withConfig(context)
    const { output } = context
    await using app = await unlessStopped(signal, () => startApp(config, { log, signal }))
    if (!app) return true
    output.write(banner(app, config))
    // The keys of a first start are shown once: nobody may miss them.
    await output.flush()
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve))
    output.say('Stopping…')
    return true
  },
})
