import { counted } from '../../view/format.ts'
import { settingTitle } from '../configuration/setting-title.ts'
import type { AuditLine } from './audit-line.ts'

/** What can be in the log, as a list names it. */
export const actionNames = {
  'alert-delivery.replay': 'Alerts replayed',
  'alert-rule.create': 'Alert rule added',
  'alert-rule.delete': 'Alert rule deleted',
  'alert-rule.update': 'Alert rule changed',
  'alert-target.create': 'Alert target added',
  'alert-target.delete': 'Alert target deleted',
  'alert-target.pause': 'Alert target paused',
  'alert-target.resume': 'Alert target resumed',
  'alert-target.rotate': 'Signing key replaced',
  'alert-target.test': 'Alert target tested',
  'alert-target.update': 'Alert target changed',
  'api-key.create': 'Key created',
  'api-key.revoke': 'Key revoked',
  'archive.verify': 'Archive verified',
  'channel.delete': 'Channel deleted',
  'channel.monitor': 'Watching paused or resumed',
  'channel.track': 'Channel tracked',
  'chatter.erase': 'Person erased',
  'claim.create': 'Claim added',
  'claim.release': 'Claim released',
  'claim.verify': 'Claim verified',
  'configuration.delete': 'Setting reset',
  'configuration.set': 'Setting changed',
  'erasure.finish': 'Erasure finished',
  'job.run': 'Job run',
  'link-ticket.create': 'Account link created',
  'streamer.create': 'Streamer added',
  'streamer.delete': 'Streamer deleted',
  'webhook.replay': 'Delivery replayed',
} as const

type Action = keyof typeof actionNames

const verbs: Record<Exclude<Action, 'channel.monitor'>, string> = {
  'alert-delivery.replay': 'Replayed',
  'alert-rule.create': 'Added the alert rule',
  'alert-rule.delete': 'Deleted the alert rule',
  'alert-rule.update': 'Changed the alert rule',
  'alert-target.create': 'Added the alert target',
  'alert-target.delete': 'Deleted the alert target',
  'alert-target.pause': 'Paused the alert target',
  'alert-target.resume': 'Resumed the alert target',
  'alert-target.rotate': 'Replaced the signing key of',
  'alert-target.test': 'Tested the alert target',
  'alert-target.update': 'Changed the alert target',
  'api-key.create': 'Created the key',
  'api-key.revoke': 'Revoked the key',
  'archive.verify': 'Verified the archive',
  'channel.delete': 'Deleted the channel',
  'channel.track': 'Started tracking',
  'chatter.erase': 'Erased a person',
  'claim.create': 'Added a claim on',
  'claim.release': 'Released the claim on',
  'claim.verify': 'Verified the claim on',
  'configuration.delete': 'Reset',
  'configuration.set': 'Set',
  'erasure.finish': 'Finished the erasure',
  'job.run': 'Ran the job',
  'link-ticket.create': 'Created an account link for',
  'streamer.create': 'Added the streamer',
  'streamer.delete': 'Deleted the streamer',
  'webhook.replay': 'Replayed the delivery',
}

type Told = Pick<AuditLine, 'action' | 'target' | 'before' | 'after'>

const part = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined

/** What somebody did, before its target: "Paused watching". An action that is not known is called as the log has it. */
export const verbOf = ({ action, after }: Pick<Told, 'action' | 'after'>): string =>
  action === 'channel.monitor'
    ? `${part(after, 'active') === false ? 'Paused' : 'Resumed'} watching`
    : (verbs[action as keyof typeof verbs] ?? action)

/** What follows the target: the value that was set. */
export const setValue = ({ action, after }: Pick<Told, 'action' | 'after'>): string => {
  const value = part(after, 'value')
  return action === 'configuration.set' && typeof value === 'string'
    ? ` to ${value === '' ? 'an empty text' : value}`
    : ''
}

/** A target by its kind and its key: "channel" and "42". */
export const readTarget = (target: string): { kind: string; key: string } => {
  const at = target.indexOf(':')
  return { kind: target.slice(0, Math.max(at, 0)), key: target.slice(at + 1) }
}

/** What a target is called by the log itself; empty where a sentence is whole without it. */
export const targetText = ({ target, before, after }: Told): string => {
  const { kind, key } = readTarget(target)
  if (kind === 'chatter') return ''
  if (kind === 'configuration') return settingTitle(key)
  if (kind === 'alert-delivery') return counted(Number(part(after, 'count') ?? 1), 'alerts')
  const name = part(after, 'name') ?? part(before, 'name') ?? part(after, 'slug')
  return typeof name === 'string' ? name : key
}

/** The ids by which the API finds what entries are about. */
export const nodeIdOf = (target: string): string | null => {
  const { kind, key } = readTarget(target)
  const type = { channel: 'Channel', streamer: 'Streamer' }[kind]
  // As the API writes its ids: base64 without what pads it.
  return type && /^\d+$/.test(key) ? btoa(`${type}:${key}`).replaceAll('=', '') : null
}

const values: Record<string, string> = { true: 'yes', false: 'no', null: 'none' }

/** A name of a field in words: "expiresAt" is "expires at". */
export const fieldWords = (path: string): string => path.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()

/** A value in words: what the API writes in capitals is a word, and yes and no are said. */
export const valueWords = (text: string): string =>
  values[text] ?? (/^[A-Z]+(_[A-Z]+)*$/.test(text) ? text.replaceAll('_', ' ').toLowerCase() : text)
