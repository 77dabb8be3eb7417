import type { AlertOutcome, AlertTargetKind, AlertTargetLineFragment } from '../../../generated/graphql.ts'
import { visibleText } from '../../parts/json/visible-text.ts'
import type { Tone } from '../../parts/status/mark.tsx'
import { counted, duration, exactNumber } from '../../view/format.ts'

/** Kinds of targets as people call them. */
export const kindWords: Record<AlertTargetKind, string> = {
  DISCORD: 'Discord',
  SLACK: 'Slack',
  EMAIL: 'E-mail',
  HTTP: 'HTTP endpoint',
}

/** Where alerts go, in a few words: of many recipients the first, and how many more there are. */
export const whereText = ({
  kind,
  destination,
  settings,
}: Pick<AlertTargetLineFragment, 'kind' | 'destination' | 'settings'>): string => {
  const { to, host } = (settings ?? {}) as { to?: unknown; host?: unknown }
  return kind === 'EMAIL' && Array.isArray(to) && to.length > 2
    ? `${to[0]} and ${exactNumber(to.length - 1)} more by ${host}`
    : destination
}

type Health = {
  tone: Tone
  word: string
  /** Since when; null where that is not said. */
  since: string | null
  /** More about it, a sentence; empty where there is none. */
  why: string
}

type Healthy = Pick<AlertTargetLineFragment, 'pausedAt' | 'pausedReason' | 'failures' | 'failingSince' | 'deliveredAt'>

/** How a target does, in words. It waits while `waitUntil` is to come. */
export const healthOf = (target: Healthy, isWaiting: boolean): Health => {
  const { pausedAt, pausedReason, failures, failingSince, deliveredAt } = target
  if (pausedAt)
    return {
      tone: failures > 0 ? 'wrong' : 'warn',
      word: 'paused',
      since: pausedAt,
      why: visibleText(pausedReason ?? ''),
    }
  if (failures > 0)
    return {
      ...{ tone: 'wrong', word: 'failing', since: failingSince },
      why: `${counted(failures, 'attempts')} failed in a row. After a day it is paused.`,
    }
  if (isWaiting) return { tone: 'warn', word: 'waiting', since: null, why: 'It asked for fewer requests.' }
  if (deliveredAt) return { tone: 'good', word: 'delivering', since: null, why: '' }
  return { tone: 'quiet', word: 'nothing sent yet', since: null, why: '' }
}

/** How an attempt ended, in a word. */
export const outcomeWords: Record<AlertOutcome, readonly [tone: Tone, word: string]> = {
  DELIVERED: ['good', 'taken'],
  RETRY: ['warn', 'failed'],
  REFUSED: ['wrong', 'refused'],
}

/** How long an attempt took: "35 ms", "15 s". */
export const tookText = (ms: number): string => (ms < 10_000 ? `${exactNumber(ms)} ms` : duration(ms / 1_000))

/** The status of an answer, and how long it took: "204 in 35 ms". */
export const statusText = ({ status, durationMs }: { status: number | null; durationMs: number }): string =>
  `${status ?? 'no answer'} in ${tookText(durationMs)}`
