import { keptEvent } from './kick-event.ts'

/** Somebody gave Kicks. */
export const kicksGifted = keptEvent('kicks.gifted', { sender: 'object', gift: 'object' })
