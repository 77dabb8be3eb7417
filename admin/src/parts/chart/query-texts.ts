/** What was asked for a chart, so that somebody can ask it themselves. */
export type AskedQuery = {
  operation: { readonly name: string; readonly text: string }
  variables: Readonly<Record<string, unknown>>
}

/** The document, with its variables in front as a comment. */
export const graphqlText = ({ operation, variables }: AskedQuery): string => {
  const lines = JSON.stringify(variables, null, 2).split('\n')
  return `${['Variables:', ...lines].map((line) => `# ${line}`).join('\n')}\n\n${operation.text}\n`
}

const inShell = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** A command for a shell. A key is not in it: it reads it from the variable CHANNELSCOPE_KEY. */
export const curlText = ({ operation, variables }: AskedQuery, origin: string, withKey: boolean): string => {
  const body = JSON.stringify({ query: operation.text, operationName: operation.name, variables })
  return [
    `curl -sS ${inShell(`${origin}/graphql`)}`,
    `-H 'Content-Type: application/json'`,
    ...(withKey ? ['-H "Authorization: Bearer $CHANNELSCOPE_KEY"'] : []),
    `--data-raw ${inShell(body)}`,
  ].join(' \\\n  ')
}

/** The address at which GraphiQL opens with the query and its variables, in a new tab of it. */
export const graphiqlAddress = ({ operation, variables }: AskedQuery): string =>
  `/graphql?${new URLSearchParams({ query: operation.text, variables: JSON.stringify(variables, null, 2) })}`
