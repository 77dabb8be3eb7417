import { createStore } from '../data/store.ts'

/** Whether the keys of the panel are shown: by their own key, by their button, and by the palette. */
export const keysDialog = createStore(false)
