import { Me } from '../../generated/me.ts'
import { offline } from '../data/problem.ts'
import { authorization } from '../data/session.ts'

const post = async (path: string, body: object, headers: Record<string, string> = {}): Promise<unknown> => {
  let response: Response
  try {
    response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
      body: JSON.stringify(body),
      credentials: 'omit',
    })
  } catch {
    throw new Error(offline.message)
  }
  const answer = (await response.json().catch(() => ({}))) as { errors?: { message: string }[] }
  if (!response.ok || answer.errors) throw new Error(answer.errors?.[0]?.message ?? offline.message)
  return answer
}

/** Turns the code of a sign-in link into a key. Throws with the sentence of the server. */
export const redeemCode = async (code: string): Promise<string> => {
  const answer = (await post('/sign-in', { code })) as { key: string }
  return answer.key
}

/** Asks the server whether a key is good. Throws with its sentence where it is not. */
export const askRole = async (key: string): Promise<string> => {
  const answer = await post('/graphql', { documentId: Me.id }, authorization(key))
  return (answer as { data: { me: { role: string } } }).data.me.role
}
