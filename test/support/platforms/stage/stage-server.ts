import { type ScriptedHttp, startScriptedHttp } from '../scripted-http.ts'

/** A user of Stage, a platform that does not exist; `broadcast` while they are on. */
export type StageUser = { id: string; name: string; broadcast: { since: string; viewers: number } | null }

/** A real server that tells whoever has the token of these users, as they are when it is asked, and takes subscriptions to what is said. */
export const startStageServer = (users: readonly StageUser[], token = () => 'stage-token'): Promise<ScriptedHttp> => {
  const subscriptions: { id: string; channel: string }[] = []
  return startScriptedHttp(({ method, path, query, headers, body }) => {
    if (headers.authorization !== `Bearer ${token()}`) return { status: 401, json: {} }
    const ids = query.get('ids')?.split(',')
    const asked = users.filter(({ id, name }) => ids?.includes(id) ?? name === query.get('name'))
    if (path === '/users') return { json: { data: asked.map(({ id, name }) => ({ id, name })) } }
    if (path === '/broadcasts')
      return { json: { data: asked.flatMap(({ id, broadcast }) => (broadcast ? { id, ...broadcast } : [])) } }
    if (path === '/subscriptions') {
      const made = { id: `stage-${subscriptions.length + 1}`, channel: body }
      if (method === 'POST') subscriptions.push(made)
      return { json: { data: method === 'POST' ? [made] : subscriptions } }
    }
    return { status: 404, json: {} }
  })
}
