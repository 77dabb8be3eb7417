import { createFaultSet, type FaultChance, type FaultSet } from './fault-set.ts'

/** What happens to a delivery on its way. */
type TransportFault =
  /** It is never sent; with `types`, these types fall silent. */
  | { kind: 'drop' }
  /** It is sent twice under the same message id. */
  | { kind: 'duplicate' }
  /** It is sent again under another message id. */
  | { kind: 'duplicate-new-id' }
  /** It is sent later, but with the original timestamp unless `restamped`. */
  | { kind: 'delay'; delayMs: number; restamped?: boolean }
  /** It is sent after the next delivery, or at the next call of `advance`. */
  | { kind: 'reorder' }

/** What is wrong with the headers of a delivery. */
type HeaderFault =
  | { kind: 'corrupt-signature' }
  /** The timestamp has its date twice, and is signed that way. */
  | { kind: 'double-date' }
  | { kind: 'wrong-type'; type: string }

/** What is unusual inside the body of a delivery. */
export type BodyFault =
  | { kind: 'extra-fields' }
  /** Metadata has the category a second time as `Category`. */
  | { kind: 'category-twice' }
  /** `is_verified` is null everywhere. */
  | { kind: 'unverified-null' }
  /** No person has the key `identity`. */
  | { kind: 'missing-identity' }
  | { kind: 'emotes-null' }
  /** Ids of emotes are numbers. */
  | { kind: 'numeric-emote-ids' }
  /** Whoever gives subscriptions is anonymous, all fields null. */
  | { kind: 'anonymous-gifter' }
  /** Instants carry an offset of +11:00. */
  | { kind: 'offset-timestamps' }
  /** Instants carry 6 to 9 digits of fractions. */
  | { kind: 'fractional-timestamps' }
  /** Top-level fields get these values; undefined removes the field. */
  | { kind: 'patched'; fields: Record<string, unknown> }

/** One fault of deliveries, and its types and channels: all by default. */
type DeliveryFault = (TransportFault | HeaderFault | BodyFault) &
  FaultChance & { types?: readonly string[]; ids?: readonly number[] }

/** The kinds of faults of deliveries. */
type DeliveryFaultKind = DeliveryFault['kind']

/** The faults of deliveries that are in force. */
export type DeliveryFaults = Pick<FaultSet<DeliveryFault>, 'isEmpty' | 'add' | 'clear'> & {
  /** The first fault of this kind that strikes a delivery of this type about this channel. */
  strike<K extends DeliveryFaultKind>(kind: K, type: string, id: number): (DeliveryFault & { kind: K }) | null
}

/** Makes an empty set of faults; chances are drawn from the seed in the order of the deliveries. */
export const createDeliveryFaults = (seed: number): DeliveryFaults => {
  const set = createFaultSet<DeliveryFault>(seed)
  return {
    get isEmpty() {
      return set.isEmpty
    },
    add: set.add,
    clear: set.clear,
    strike: <K extends DeliveryFaultKind>(kind: K, type: string, id: number) =>
      set.strike(
        (fault) => fault.kind === kind && (fault.types?.includes(type) ?? true) && (fault.ids?.includes(id) ?? true),
      ) as (DeliveryFault & { kind: K }) | null,
  }
}
