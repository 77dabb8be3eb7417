import { useSyncExternalStore } from 'react'

/** A value that many parts of the page read, and that tells them when it changes. */
export type Store<Value> = {
  get(): Value
  set(value: Value): void
  /** Calls back after each change; answers how to stop. */
  subscribe(changed: () => void): () => void
}

export const createStore = <Value>(initial: Value): Store<Value> => {
  let value = initial
  const listeners = new Set<() => void>()
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return
      value = next
      for (const changed of listeners) changed()
    },
    subscribe(changed) {
      listeners.add(changed)
      return () => void listeners.delete(changed)
    },
  }
}

/** The value of a store in a component, which is drawn again when it changes. */
export const useStore = <Value>(store: Pick<Store<Value>, 'get' | 'subscribe'>): Value =>
  useSyncExternalStore(store.subscribe, store.get)
