import { Link } from '@tanstack/react-router'
import { useQuery } from 'urql'
import { DeliveryEffect } from '../../generated/webhooks.ts'
import { channelParams } from '../parts/channel/channel-params.ts'
import { printInstant } from '../view/instant.ts'
import type { Delivery } from './use-delivery.ts'

const aroundMs = 1_800_000

const eventNames: Record<string, string> = { STREAM_START: 'The broadcast began', STREAM_END: 'The broadcast ended' }

/** What a delivery has led to, as far as it is known: a status event that names it, and the broadcast that was on. */
export const DeliveryEffects = ({ delivery, channelId }: { delivery: Delivery; channelId: string }) => {
  const at = Date.parse(delivery.receivedAt)
  const range = { from: printInstant(at - aroundMs), to: printInstant(at + aroundMs) }
  const variables = { channel: channelId, range, at: delivery.receivedAt }
  const [{ data }] = useQuery({ query: DeliveryEffect, variables })
  const found = data?.channel
  if (!found || !delivery.channel) return null
  const event = found.statusEvents.nodes.find(({ platformEventId }) => platformEventId === delivery.messageId)
  const { session } = found.asOf
  return (
    <>
      {event && (
        <>
          <dt>Status event</dt>
          <dd>
            <Link
              to="/channels/$platform/$slug"
              params={channelParams(delivery.channel)}
              search={{ from: range.from, to: range.to }}
            >
              {eventNames[event.type] ?? event.type}
            </Link>
          </dd>
        </>
      )}
      {session && (
        <>
          <dt>Broadcast</dt>
          <dd dir="auto">
            <Link to="/sessions/$id" params={{ id: session.id }}>
              {session.title ?? 'untitled'}
            </Link>
          </dd>
        </>
      )}
    </>
  )
}
