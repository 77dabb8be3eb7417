import { useNavigate, useParams } from '@tanstack/react-router'
import { useCallback, useEffect, useState } from 'react'
import { useQuery } from 'urql'
import { ChannelPage } from '../../generated/channel.ts'
import type { ChannelPageQuery } from '../../generated/graphql.ts'
import { useCaller } from '../data/api.tsx'
import { type Problem, problemOf } from '../data/problem.ts'
import { channelParams } from '../parts/channel/channel-params.ts'
import { type AskedChannel, formerName, isAsked, isSameAsked, readAsked } from './asked-channel.ts'

export type ChannelOfPage = NonNullable<ChannelPageQuery['channel']>
/** Whether nobody watches it at present; operators alone are told. */
export const isPaused = ({ monitoring }: Pick<ChannelOfPage, 'monitoring'>): boolean => monitoring?.active === false

export type SessionOfPage = ChannelOfPage['sessions']['nodes'][number]

export type ChannelPageState = {
  /** Undefined while it is loaded, null where there is none. */
  channel: ChannelOfPage | null | undefined
  /** What the page asks with; null where the address names no platform. */
  asked: AskedChannel | null
  /** The name by which it was found, where that is not its name any more. */
  foundBy: string | null
  busy: boolean
  problem: Problem | null
  renew(): void
}

/** The page of a channel that is known. */
export type LoadedPage = ChannelPageState & { channel: ChannelOfPage; asked: AskedChannel }

/** The channel that the address names. An old name is replaced by the present one, without asking again. */
export const useChannelPage = (): ChannelPageState => {
  const params = useParams({ from: '/channels/$platform/$slug' })
  const navigate = useNavigate({ from: '/channels/$platform/$slug' })
  const wanted = readAsked(params)
  const [asked, setAsked] = useState(wanted)
  const [found, setFound] = useState<{ id: string; by: string } | null>(null)
  const operator = useCaller().may('OPERATOR')
  const [{ data, error, fetching, stale }, ask] = useQuery({
    query: ChannelPage,
    variables: { ...asked, operator },
    pause: asked === null,
  })
  // What was loaded stays where asking for it again fails.
  const [kept, setKept] = useState<{ asked: AskedChannel; data: ChannelPageQuery } | null>(null)
  if (asked && data && !fetching && !stale && kept?.data !== data) setKept({ asked, data })
  const known = data ?? (kept && isSameAsked(kept.asked, asked) ? kept.data : undefined)
  const channel = asked ? (known?.channel ?? (known ? null : undefined)) : null

  const isOther = !isSameAsked(asked, wanted) && !(channel && wanted && isAsked(channel, wanted))
  if (isOther) setAsked(wanted)

  const by = channel && asked && !isOther ? formerName(channel, asked) : null
  if (channel && by !== null && (found?.id !== channel.id || found.by !== by)) setFound({ id: channel.id, by })
  const isOld = by !== null && isSameAsked(asked, wanted)
  const present = isOld && channel ? channelParams(channel) : null
  const [platform, slug] = [present?.platform, present?.slug]
  useEffect(() => {
    if (platform === undefined || slug === undefined) return
    const params = { platform, slug }
    void navigate({ to: '/channels/$platform/$slug', params, search: (before) => before, replace: true })
  }, [platform, slug, navigate])

  const renew = useCallback(() => ask({ requestPolicy: 'network-only' }), [ask])
  return {
    channel: isOther ? undefined : channel,
    asked,
    foundBy: channel && found?.id === channel.id ? found.by : null,
    busy: fetching || stale,
    problem: problemOf(error),
    renew,
  }
}
