import { Link } from '@tanstack/react-router'
import { ReplayAlertDeliveries } from '../../../generated/alerts.ts'
import type { AlertDeliveryQuery } from '../../../generated/graphql.ts'
import { ChannelLink } from '../../parts/channel/channel-link.tsx'
import { Button } from '../../parts/control/button.tsx'
import { CopyButton } from '../../parts/control/copy-button.tsx'
import type { Json } from '../../parts/json/json-shape.ts'
import { JsonView } from '../../parts/json/json-view.tsx'
import { Outcome } from '../../parts/mutation/outcome.tsx'
import { useChange } from '../../parts/mutation/use-change.ts'
import facts from '../../parts/text/facts.module.css'
import { Instant } from '../../parts/time/instant.tsx'
import styles from '../alerts.module.css'
import { kindNames } from '../kind-names.ts'
import { OthersText } from '../others-text.tsx'
import { Attempts } from './attempts.tsx'
import own from './deliveries.module.css'
import { StateMark } from './delivery-columns.tsx'
import { stateOf } from './delivery-words.ts'

export type Delivery = AlertDeliveryQuery['alertDeliveries']['nodes'][number]

const nameOfRule = (message: unknown): string =>
  String((message as { rule?: { name?: unknown } } | null)?.rule?.name ?? 'a rule')

/** All that is kept of a delivery, and sending it again. */
export const DeliveryFacts = ({ delivery, onReplayed }: { delivery: Delivery; onReplayed(): void }) => {
  const { id, kind, rule, target, channel, happenedAt, createdAt, dueAt, endedAt, state, message, attempts } = delivery
  const replay = useChange(ReplayAlertDeliveries, () => 'It is sent again under the same id.')
  const { tone, sentence } = stateOf(delivery)
  return (
    <>
      <div className={styles.note} data-tone={tone}>
        <StateMark line={delivery} />
        <p>{sentence}</p>
      </div>
      <dl className={facts.facts}>
        <dt>Event</dt>
        <dd>{kindNames[kind]}</dd>
        {channel && (
          <>
            <dt>Channel</dt>
            <dd>
              <ChannelLink channel={channel} />
            </dd>
          </>
        )}
        <dt>Rule</dt>
        <dd>
          {rule ? (
            <Link to="/alerts" search={{ tab: 'rules', rule: rule.id }}>
              <OthersText text={rule.name} />
            </Link>
          ) : (
            <>
              <OthersText text={nameOfRule(message)} />, which was deleted
            </>
          )}
        </dd>
        <dt>Target</dt>
        <dd>
          <Link to="/alerts" search={{ tab: 'targets', target: target.id }}>
            <OthersText text={target.name} />
          </Link>
        </dd>
        <dt>Happened</dt>
        <dd>
          <Instant at={happenedAt} form="long" />
        </dd>
        <dt>Told</dt>
        <dd>
          <Instant at={createdAt} form="long" />
        </dd>
        {endedAt && (
          <>
            <dt>Ended</dt>
            <dd>
              <Instant at={endedAt} form="long" />
            </dd>
          </>
        )}
        {dueAt && !target.pausedAt && (
          <>
            <dt>Next try</dt>
            <dd>
              not before <Instant at={dueAt} form="seconds" />
            </dd>
          </>
        )}
        <dt>Id</dt>
        <dd className={styles.key}>
          <code>{id}</code>
          <CopyButton text={id} label="Copy" />
        </dd>
      </dl>
      <section className={own.replay} aria-label="Replay">
        {state !== 'WAITING' && (
          <div className={styles.line}>
            <Button
              busy={replay.busy}
              onClick={() => void replay.make({ filter: { ids: [id] } }).then((answer) => answer && onReplayed())}
            >
              Send it again
            </Button>
            <p className={styles.quiet}>The target gets it under the same id, so it can tell that it came before.</p>
          </div>
        )}
        <Outcome of={replay} />
      </section>
      <Attempts attempts={attempts} />
      <JsonView value={message as Json} label="Message" />
    </>
  )
}
