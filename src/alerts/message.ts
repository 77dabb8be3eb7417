import type { AlertMessage } from '../targets/target.ts'

/** What targets are told, but for the id of the delivery. It is made once, when it is decided, so that every attempt says the same. */
export type Message = Omit<AlertMessage, 'id'>
