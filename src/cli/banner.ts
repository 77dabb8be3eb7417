import type { App } from '../app/start-app.ts'
import type { Config } from '../config/config.ts'

const everywhere = ['0.0.0.0', '::']

/** What `start` prints once it serves: where everything is that can be opened, and the keys that were made for it. */
export const banner = (app: Pick<App, 'url' | 'keys' | 'signInLink' | 'demoUrl'>, config: Config): string => {
  const { url, keys, signInLink, demoUrl } = app
  const socket = url.replace(/^http/, 'ws')
  const file = `${config.dataDir}/keys.json`
  const keyLines = [
    ...keys.created.map((role) => `  ${`${role} key`.padEnd(15)} ${keys[role]}`),
    keys.created.length > 0
      ? `                  kept in ${file} and not shown again`
      : `  keys            in ${file} or the environment`,
  ]
  return [
    '',
    `Channelscope is watching${demoUrl ? ' a simulated Kick (set KICK_CLIENT_ID and KICK_CLIENT_SECRET for the real one)' : ''}.`,
    '',
    `  panel           ${url}/   (open it in a browser)`,
    ...(signInLink
      ? [`  sign in         ${signInLink}`, '                  good once, for a day, as administrator']
      : []),
    // A browser can not send a key with the address of a page.
    ...(config.introspection === 'on' ? [`  GraphiQL        ${url}/graphql   (to try queries, in a browser)`] : []),
    `  GraphQL         ${url}/graphql   (POST, GET, server-sent events)`,
    `  WebSocket       ${socket}/graphql   (graphql-transport-ws)`,
    `  health          ${url}/ready   ${url}/metrics`,
    ...(everywhere.includes(config.host)
      ? ['  other machines  at every address of this one, under the same port']
      : []),
    ...(config.publicUrl ? [`  from outside    ${config.publicUrl}/   ${config.publicUrl}/graphql`] : []),
    ...(demoUrl ? [`  simulated Kick  ${demoUrl}`] : []),
    ...keyLines,
    ...(config.tier !== config.environment.name
      ? [`  environment     ${config.environment.name}, of the tier ${config.tier}`]
      : []),
    '',
    'Ctrl-C stops it.',
    '',
  ].join('\n')
}
