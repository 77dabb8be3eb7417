import { z } from 'zod'
import { buildPanel } from '../app/build-panel.ts'
import { startApp } from '../app/start-app.ts'
import { variableGroups } from '../config/config.ts'
import { builtInPlatforms } from '../platforms/registry.ts'
import { banner } from './banner.ts'
import { checkReach } from './check-reach.ts'
import { misspelledVariables } from './list-variables.ts'
import { programCommand, unlessStopped, withConfig } from './program-command.ts'

/** Serves everything that the settings ask for until the process is to stop. */
export const startCommand = programCommand({
  name: 'start',
  summary: 'start the server and its workers (the default)',
  details: [
    'Settings are environment variables: docs/configuration.md lists them. It serves until Ctrl-C, SIGTERM or SIGHUP.',
  ],
  examples: [
    { call: 'start', about: 'serve on http://127.0.0.1:4000, with a simulated Kick where no credentials are set' },
    { call: 'start --json', about: 'tell a script where it serves' },
  ],
  result: z.object({
    url: z.string().describe('where it serves'),
    panelUrl: z.string().describe('where the panel is'),
    signInLink: z
      .string()
      .nullable()
      .describe('the link that signs an administrator in, once, where this start has made the admin key; else null'),
    graphqlUrl: z.string().describe('where GraphQL is'),
    demoUrl: z.string().nullable().describe('where the simulated platform listens; null without one'),
    newKeys: z
      .array(z.object({ role: z.string(), key: z.string() }))
      .describe('the keys that this start has made, which are shown once: role and key of each'),
  }),
  async run(_, context) {
    const { config, log, signal } = withConfig(context)
    const { output, env } = context
    for (const { text } of [...misspelledVariables(variableGroups(builtInPlatforms), env), ...checkReach(config.shown)])
      log.warn({}, text)
    const given = new AbortController()
    const panel = buildPanel({ log, signal: AbortSignal.any([signal, given.signal]) })
    await using stack = new AsyncDisposableStack()
    stack.defer(() => panel)
    stack.defer(() => given.abort())
    const app = await unlessStopped(signal, () => startApp(config, { log, signal }))
    if (!app) return true
    stack.use(app)
    await panel
    const { url, keys, signInLink = null, demoUrl = null } = app
    context.tell(
      {
        url,
        panelUrl: `${url}/`,
        signInLink,
        graphqlUrl: `${url}/graphql`,
        demoUrl,
        newKeys: keys.created.map((role) => ({ role, key: keys[role] })),
      },
      banner(app, config).trimEnd().split('\n'),
    )
    // The keys of a first start are shown once: nobody may miss them.
    await output.flush()
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve))
    context.say('Stopping…')
    return true
  },
})
