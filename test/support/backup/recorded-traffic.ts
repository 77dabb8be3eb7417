import type { Traffic } from '../webhooks/webhook-traffic.ts'

type Sent = ReturnType<Traffic['next']>

/** What a set of deliveries says, in the words in which a system is asked for it. */
export type Told = { chats: string[]; follows: string[]; sessions: string[] }

/** The same traffic, with every delivery kept as it was sent. */
export const recordTraffic = (traffic: Traffic) => {
  const sent = new Map<string, Sent>()
  return {
    ...traffic,
    /** Deliveries by message id. */
    sent,
    next(): Sent {
      const one = traffic.next()
      sent.set(one.id, one)
      return one
    },
  }
}

const factOf = ({ headers, body }: Sent): [keyof Told, string] | null => {
  const said = JSON.parse(String(body))
  const user = said.broadcaster.user_id
  switch (headers['kick-event-type']) {
    case 'chat.message.sent':
      return ['chats', said.message_id]
    case 'channel.followed':
      return ['follows', `${user} ${said.follower.user_id}`]
    case 'livestream.status.updated':
      return ['sessions', `${user} ${Date.parse(said.started_at)}`]
    default:
      return null
  }
}

/** What must be stored where exactly these deliveries, by id and outcome, are. */
export const toldBy = (sent: ReadonlyMap<string, Sent>, inbox: readonly { id: string; outcome: string }[]): Told => {
  const told = { chats: new Set<string>(), follows: new Set<string>(), sessions: new Set<string>() }
  for (const { id, outcome } of inbox) {
    const fact = outcome === 'PROJECTED' || outcome === 'REPEATED' ? factOf(sent.get(id)!) : null
    if (fact) told[fact[0]].add(fact[1])
  }
  return {
    chats: [...told.chats].toSorted(),
    follows: [...told.follows].toSorted(),
    sessions: [...told.sessions].toSorted(),
  }
}
