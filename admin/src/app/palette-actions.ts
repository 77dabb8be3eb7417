import type { Client } from 'urql'
import { FindChannel } from '../../generated/channels.ts'
import { SetMonitoring } from '../../generated/monitoring.ts'
import type { Role } from '../data/api.tsx'
import { problemOf } from '../data/problem.ts'
import { signOut } from '../data/session.ts'
import { readChannelParams } from '../parts/channel/channel-params.ts'
import { pauseStops } from '../parts/channel/pause-words.ts'
import { makeChange } from '../parts/mutation/make-change.ts'
import type { PlatformName } from '../view/platforms.ts'
import { isolated } from '../view/seen-text.ts'
import { keysDialog } from './keys-dialog.ts'
import type { RecentChannel } from './recent-channels.ts'

/** What an action may use. */
export type ActionContext = {
  client: Client
  isSignedIn: boolean
  /** Whether the range moves with time. */
  isRelative: boolean
  /** The channel whose page is open. */
  channel: RecentChannel | null
  go(path: string, search?: Record<string, string>): void
  freeze(): void
}

export type Action = {
  id: string
  /** What will happen, in the words that somebody types. */
  text: string
  role: Role
  does: Deed
}

export type Outcome = { done: boolean; sentence: string }

/** Something after which the palette closes, or a change whose outcome it shows. */
export type Deed = { go(): void } | { change(): Promise<Outcome> }

const noSuchChannel: Outcome = { done: false, sentence: 'There is no such channel.' }

/** Switches the watching of a channel by its address. */
const watch = async (client: Client, channel: RecentChannel, active: boolean): Promise<Outcome> => {
  const { platform, ...name } = readChannelParams(channel)
  const found = await client.query(FindChannel, { platform: platform as PlatformName, ...name }).toPromise()
  const failed = problemOf(found.error)
  if (failed) return { done: false, sentence: failed.message }
  if (!found.data?.channel) return noSuchChannel
  const { id, displayName, slug } = found.data.channel
  const { refusal } = await makeChange(client, SetMonitoring, { channel: id, active })
  if (refusal) return { done: false, sentence: refusal.message }
  return {
    done: true,
    sentence: `${isolated(displayName ?? slug ?? id)} is ${active ? 'being watched again.' : `no longer watched. ${pauseStops}`}`,
  }
}

const watchActions = ({ client, channel }: ActionContext): Action[] =>
  channel === null
    ? []
    : [
        {
          id: 'pause',
          text: `Pause watching ${channel.slug}`,
          role: 'OPERATOR',
          does: { change: () => watch(client, channel, false) },
        },
        {
          id: 'go-on',
          text: `Resume watching ${channel.slug}`,
          role: 'OPERATOR',
          does: { change: () => watch(client, channel, true) },
        },
      ]

/** Every action of the palette, with the role that it needs. What a place contributes stands here too. */
export const actionsOf = (context: ActionContext): Action[] => {
  const { isSignedIn, isRelative, go, freeze } = context
  return [
    ...watchActions(context),
    { id: 'track', text: 'Track a channel', role: 'OPERATOR', does: { go: () => go('/channels', { track: '@' }) } },
    ...(isRelative
      ? [{ id: 'freeze', text: 'Use fixed times for the range', role: 'PUBLIC', does: { go: freeze } } as const]
      : []),
    {
      id: 'alert-rule',
      text: 'Make an alert rule',
      role: 'OPERATOR',
      does: { go: () => go('/alerts', { tab: 'rules', rule: 'new' }) },
    },
    {
      id: 'alert-target',
      text: 'Add an alert target',
      role: 'ADMIN',
      does: { go: () => go('/alerts', { tab: 'targets', target: 'new' }) },
    },
    { id: 'key', text: 'Make a key', role: 'ADMIN', does: { go: () => go('/settings', { tab: 'keys' }) } },
    { id: 'job', text: 'Run a job', role: 'ADMIN', does: { go: () => go('/operations') } },
    {
      id: 'keys',
      text: 'Show keyboard shortcuts',
      role: 'PUBLIC',
      does: { go: () => keysDialog.set(true) },
    },
    isSignedIn
      ? { id: 'sign-out', text: 'Sign out', role: 'PUBLIC', does: { go: () => signOut() } }
      : { id: 'sign-in', text: 'Sign in with a key', role: 'PUBLIC', does: { go: () => go('/sign-in') } },
  ]
}
