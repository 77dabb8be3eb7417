import type { Identity } from './identity.ts'

/** Who asks, and from where. */
export type Caller = {
  identity: Identity
  /** The address that limits count for; empty where there is none. */
  address: string
}
