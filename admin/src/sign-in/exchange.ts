import { Me } from '../../generated/me.ts'
import { offline } from '../data/problem.ts'
import { authorization } from '../data/session.ts'
import { forPeople } from './for-people.ts'

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
  const answer = (await response.json().catch(() => ({}))) as {
    errors?: { message: string; extensions?: { code?: string } }[]
  }
  const [error] = answer.errors ?? []
  if (error?.extensions?.code === 'UNAUTHENTICATED') throw new Refused(forPeople(error.message))
  if (!response.ok || error) throw new Error(error?.message ?? offline.message)
  return answer
}

/** The server did not take a key or a code. */
export class Refused extends Error {}

const perhapsUsed = 'The server did not answer. The link may be used up by that: open it again, or get a new one.'

/** Turns the code of a sign-in link into a key. Throws with the sentence of the server. */
export const redeemCode = async (code: string): Promise<string> => {
  const answer = (await post('/sign-in', { code }).catch((error: Error) => {
    throw error.message === offline.message ? new Error(perhapsUsed) : error
  })) as { key: string }
  return answer.key
}

/** Asks the server whether a key is good. Throws with its sentence where it is not. */
export const askRole = async (key: string): Promise<string> => {
  const answer = await post('/graphql', { documentId: Me.id }, authorization(key))
  return (answer as { data: { me: { role: string } } }).data.me.role
}
