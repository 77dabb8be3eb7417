import { isObject, type KickEvent, mismatch } from './kick-event.ts'

type Shape = 'object' | 'list' | 'number' | 'text'

const hasShape = (value: unknown, shape: Shape): boolean => {
  if (shape === 'object') return isObject(value)
  if (shape === 'list') return Array.isArray(value)
  return typeof value === (shape === 'text' ? 'string' : 'number')
}

const keptEvent = (type: string, fields: Readonly<Record<string, Shape>>): KickEvent => ({
  type,
  read: (body, broadcaster) => {
    const missing = Object.entries(fields).find(([name, shape]) => !hasShape(body[name], shape))
    return missing ? mismatch(`${missing[0]} is not there or no ${missing[1]}`) : { kind: 'kept', broadcaster }
  },
})

/** The events that are kept as they came: only that each has its fields, of the shape that is said, is checked. */
export const keptEvents: readonly KickEvent[] = [
  keptEvent('channel.subscription.new', { subscriber: 'object', duration: 'number' }),
  keptEvent('channel.subscription.renewal', { subscriber: 'object', duration: 'number' }),
  keptEvent('channel.subscription.gifts', { gifter: 'object', giftees: 'list' }),
  keptEvent('moderation.banned', { moderator: 'object', banned_user: 'object' }),
  keptEvent('kicks.gifted', { sender: 'object', gift: 'object' }),
  keptEvent('channel.reward.redemption.updated', { reward: 'object', redeemer: 'object', status: 'text' }),
]
