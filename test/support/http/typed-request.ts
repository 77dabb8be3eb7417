import type { TypedOperation } from '../../generated/graphql.ts'

type Body = { query: string } | { documentId: string }

const post = async (url: string, body: Body & { variables: unknown }, key?: string): Promise<unknown> => {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(key && { Authorization: `Bearer ${key}` }) },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  })
  const { data, errors } = (await response.json()) as { data?: unknown; errors?: { message: string }[] }
  if (errors) throw new Error(`${JSON.stringify(errors)} for ${JSON.stringify(body)}`)
  return data
}

/** What an operation answers, sent as its text; an answer with errors is an Error. */
export const request = async <Result, Variables>(
  url: string,
  operation: TypedOperation<Result, Variables>,
  variables: Variables,
  key?: string,
): Promise<Result> => (await post(url, { query: operation.text, variables }, key)) as Result

/** The same, sent by its id alone. */
export const requestById = async <Result, Variables>(
  url: string,
  operation: TypedOperation<Result, Variables>,
  variables: Variables,
  key?: string,
): Promise<Result> => (await post(url, { documentId: operation.id, variables }, key)) as Result
