import { createStore } from './store.ts'

/** Who uses this tab: the key that they signed in with, and why the server refused. `hadKey`: it was the key of this tab that it refused. */
export type Session = { key: string | null; refusal: string | null; hadKey: boolean }

// Session storage ends with the tab, and no other tab reads it.
const storageKey = 'channelscope.key'

export const session = createStore<Session>({ key: sessionStorage.getItem(storageKey), refusal: null, hadKey: false })

export const signIn = (key: string): void => {
  sessionStorage.setItem(storageKey, key)
  session.set({ key, refusal: null, hadKey: false })
}

/** Forgets the key; `refusal` is the sentence of the server that did not accept it. Of several in a row the first one says why. */
export const signOut = (refusal: string | null = null): void => {
  const before = session.get()
  sessionStorage.removeItem(storageKey)
  const hadKey = refusal !== null && (before.key !== null || before.hadKey)
  session.set({ key: null, refusal: refusal && before.key === null ? (before.refusal ?? refusal) : refusal, hadKey })
}

/** The header that proves who asks; none without a key. */
export const authorization = (key: string | null): Record<string, string> =>
  key ? { authorization: `Bearer ${key}` } : {}
