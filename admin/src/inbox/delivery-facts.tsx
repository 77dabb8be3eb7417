import { Link } from '@tanstack/react-router'
import { useCaller } from '../data/api.tsx'
import { ChannelLink } from '../parts/channel/channel-link.tsx'
import { CopyButton } from '../parts/control/copy-button.tsx'
import type { Json } from '../parts/json/json-shape.ts'
import { JsonView } from '../parts/json/json-view.tsx'
import { visibleText } from '../parts/json/visible-text.ts'
import facts from '../parts/text/facts.module.css'
import { Unknown } from '../parts/text/unknown.tsx'
import { Instant } from '../parts/time/instant.tsx'
import { DeliveryEffects } from './delivery-effects.tsx'
import styles from './delivery-panel.module.css'
import { Headers } from './headers.tsx'
import { lagSentence } from './lag.ts'
import { OutcomeMark } from './outcome-mark.tsx'
import { outcomeWords } from './outcomes.ts'
import { Replay } from './replay.tsx'
import { sourceName } from './type-table.tsx'
import type { Delivery } from './use-delivery.ts'

/** All that is kept of a delivery. */
export const DeliveryFacts = ({ delivery }: { delivery: Delivery }) => {
  const caller = useCaller()
  const { messageId, source, outcome, verified, reason, repeatOf, receivedAt, lagMs, channel, channelUserId } = delivery
  const { effect, sentence, next } = outcomeWords[outcome]
  return (
    <>
      <div className={styles.outcome} data-effect={effect}>
        <OutcomeMark outcome={outcome} />
        <p>{sentence}</p>
        {reason && <p className={styles.quiet}>{visibleText(reason)}</p>}
        {next && <p className={styles.next}>{next}</p>}
      </div>
      <dl className={facts.facts}>
        <dt>Received</dt>
        <dd>
          <Instant at={receivedAt} form="long" />
          {delivery.replay && ' (replayed by an operator)'}
        </dd>
        <dt>Delay</dt>
        <dd>{lagMs === null ? <Unknown reason="The platform’s timestamp cannot be read." /> : lagSentence(lagMs)}</dd>
        <dt>Sender</dt>
        <dd>
          {sourceName(source)}
          {verified ? ', confirmed by its signature' : ', unconfirmed: no valid signature'}
        </dd>
        <dt>Channel</dt>
        <dd>
          {channel ? (
            <ChannelLink channel={channel} />
          ) : channelUserId ? (
            `the account ${channelUserId}, which is not tracked`
          ) : (
            <Unknown reason="It names no readable channel." />
          )}
        </dd>
        <dt>Message id</dt>
        <dd className={styles.id}>
          <code>{visibleText(messageId)}</code>
          <CopyButton text={messageId} label="Copy" />
        </dd>
        {outcome === 'REPEATED' && (
          <>
            <dt>First delivery</dt>
            <dd>
              {repeatOf === null ? (
                <Unknown reason="The first one is no longer known." />
              ) : (
                <Link
                  from="/inbox"
                  search={(before) => ({ ...before, open: repeatOf, at: undefined })}
                  resetScroll={false}
                >
                  <code>{visibleText(repeatOf)}</code>
                </Link>
              )}
            </dd>
          </>
        )}
        {channel && <DeliveryEffects delivery={delivery} channelId={channel.id} />}
      </dl>
      {caller.may('ADMIN') && <Replay delivery={delivery} />}
      {delivery.payload === null || delivery.payload === undefined ? (
        <p className={styles.quiet}>
          {repeatOf ? 'The first delivery has the payload.' : 'No payload to show: the body is empty or not JSON.'}
        </p>
      ) : (
        <JsonView value={delivery.payload as Json} label="Payload" />
      )}
      <Headers headers={delivery.headers} />
    </>
  )
}
