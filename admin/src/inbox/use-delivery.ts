import { useQuery } from 'urql'
import type { WebhookDeliveryQuery } from '../../generated/graphql.ts'
import { WebhookDelivery } from '../../generated/webhooks.ts'
import { type Problem, problemOf } from '../data/problem.ts'

export type Delivery = NonNullable<WebhookDeliveryQuery['webhookDelivery']>

/** The delivery that is open, with all that is kept of it: the one that came at an instant, or the first with the id; `busy` while it is asked for, null where there is none. */
export const useDelivery = (
  messageId: string,
  at: string | undefined,
): { delivery: Delivery | null; busy: boolean; problem: Problem | null; retry(): void } => {
  const [{ data, error, fetching }, ask] = useQuery({
    query: WebhookDelivery,
    variables: { messageId, receivedAt: Number.isFinite(Date.parse(at ?? '')) ? at : undefined },
  })
  const retry = (): void => ask({ requestPolicy: 'network-only' })
  return { delivery: data?.webhookDelivery ?? null, busy: fetching, problem: problemOf(error), retry }
}
