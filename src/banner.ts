import type { App } from './app.ts'
import type { Config } from './config.ts'

/** What `start` prints once it serves: where everything is and, at the first start, the keys. */
export const banner = ({ url, keys, demoUrl }: App, config: Config): string => {
  const socket = url.replace(/^http/, 'ws')
  const keyLines = keys.created
    ? [
        `  admin key       ${keys.admin}`,
        `  operator key    ${keys.operator}`,
        `                  kept in ${config.dataDir}/keys.json and not shown again`,
      ]
    : [`  keys            in ${config.dataDir}/keys.json or the environment`]
  return [
    '',
    `Channelscope is watching${demoUrl ? ' a simulated Kick (set KICK_CLIENT_ID and KICK_CLIENT_SECRET for the real one)' : ''}.`,
    '',
    `  GraphiQL        ${url}/graphql   (open it in a browser)`,
    `  GraphQL         ${url}/graphql   (POST, GET, server-sent events)`,
    `  WebSocket       ${socket}/graphql   (graphql-transport-ws)`,
    `  health          ${url}/ready   ${url}/metrics`,
    ...(demoUrl ? [`  simulated Kick  ${demoUrl}`] : []),
    ...keyLines,
    '',
    'Ctrl-C stops it.',
    '',
  ].join('\n')
}
