import type { BodyFault, DeliveryFaults } from './delivery-faults.ts'
import { unit } from './random.ts'

type Body = Record<string, unknown>

const wireInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/

/** Applies the functions to every object and every text of a value. */
const rewrite = (value: unknown, object: (value: Body) => Body, text: (value: string) => string): unknown => {
  if (typeof value === 'string') return text(value)
  if (Array.isArray(value)) return value.map((item) => rewrite(item, object, text))
  if (typeof value !== 'object' || value === null) return value
  return object(Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, rewrite(inner, object, text)])))
}

const eachObject = (body: Body, change: (value: Body) => Body): Body => rewrite(body, change, (text) => text) as Body

const eachInstant = (body: Body, change: (instant: string) => string): Body =>
  rewrite(
    body,
    (value) => value,
    (text) => (wireInstant.test(text) ? change(text) : text),
  ) as Body

const withOffset = (instant: string): string =>
  `${new Date(Date.parse(instant) + 11 * 3_600_000).toISOString().slice(0, 19)}+11:00`

const withFraction = (instant: string): string => {
  const luck = unit(Date.parse(instant))
  const digits = 6 + Math.floor(luck * 4)
  return `${instant.slice(0, 19)}.${String(Math.floor(luck * 1e9))
    .padStart(9, '0')
    .slice(0, digits)}Z`
}

const without = (value: Body, name: string): Body => {
  const { [name]: _removed, ...rest } = value
  return rest
}

const nothingKnown = (value: Body): Body =>
  Object.fromEntries(Object.keys(value).map((name) => [name, name === 'is_anonymous' ? true : null]))

const changes: { [K in BodyFault['kind']]: (body: Body, fault: BodyFault & { kind: K }) => Body } = {
  'extra-fields': (body) =>
    eachObject({ ...body, extra: { nested: [{ deep: true }] } }, (value) => ({ ...value, added_later: null })),
  'category-twice': (body) =>
    eachObject(body, (value) => (value.category ? { ...value, Category: value.category } : value)),
  'unverified-null': (body) =>
    eachObject(body, (value) => ('is_verified' in value ? { ...value, is_verified: null } : value)),
  'missing-identity': (body) => eachObject(body, (value) => without(value, 'identity')),
  'emotes-null': (body) => ('emotes' in body ? { ...body, emotes: null } : body),
  'numeric-emote-ids': (body) =>
    eachObject(body, (value) => ('emote_id' in value ? { ...value, emote_id: Number(value.emote_id) } : value)),
  'anonymous-gifter': (body) => (body.gifter ? { ...body, gifter: nothingKnown(body.gifter as Body) } : body),
  'offset-timestamps': (body) => eachInstant(body, withOffset),
  'fractional-timestamps': (body) => eachInstant(body, withFraction),
  patched: (body, { fields }) => ({ ...body, ...fields }),
}

/** Applies every body fault that strikes this delivery. */
export const applyBodyFaults = (faults: DeliveryFaults, type: string, id: number, body: Body): Body => {
  if (faults.isEmpty) return body
  return (Object.keys(changes) as BodyFault['kind'][]).reduce((spoiled, kind) => {
    const fault = faults.strike(kind, type, id)
    return fault ? (changes[kind] as (body: Body, fault: BodyFault) => Body)(spoiled, fault) : spoiled
  }, body)
}
