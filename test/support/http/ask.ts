// biome-ignore lint/suspicious/noExplicitAny: answers are as different as the documents
type Shape = any

/** The body of an answer. */
export type Answer = { data?: Shape; errors?: { message: string; extensions: Shape }[] }

/** Asks a server by POST, as the role of the key where one is given. */
export const ask = async (url: string, query: string, variables?: object, key?: string): Promise<Answer> => {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(key && { Authorization: `Bearer ${key}` }) },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(30_000),
  })
  return (await response.json()) as Answer
}

/** What `/ready` says: its status and reasons. */
export const readiness = async (url: string): Promise<{ status: number; reasons: string[]; text: string }> => {
  const response = await fetch(`${url}/ready`, { signal: AbortSignal.timeout(30_000) })
  const text = await response.text()
  return { status: response.status, reasons: (JSON.parse(text) as { reasons: string[] }).reasons, text }
}

/** Resolves when the server is ready. */
export const isReady = async (url: string): Promise<boolean> => (await readiness(url)).status === 200

/** The sum over all labels of a metric, which must be there. */
export const metric = async (url: string, name: string): Promise<number> => {
  const text = await (await fetch(`${url}/metrics`)).text()
  const values = [...text.matchAll(new RegExp(`^\\w*${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'))]
  return values.reduce((sum, [, value]) => sum + Number(value), 0)
}
