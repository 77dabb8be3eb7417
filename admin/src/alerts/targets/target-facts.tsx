import { Link } from '@tanstack/react-router'
import type { AlertTargetLineFragment } from '../../../generated/graphql.ts'
import { CopyButton } from '../../parts/control/copy-button.tsx'
import facts from '../../parts/text/facts.module.css'
import { Unknown } from '../../parts/text/unknown.tsx'
import { Ago } from '../../parts/time/ago.tsx'
import { Instant } from '../../parts/time/instant.tsx'
import { exactNumber } from '../../view/format.ts'
import { useTicking } from '../../view/ticker.ts'
import styles from '../alerts.module.css'
import { Answer } from '../answer.tsx'
import { OthersText } from '../others-text.tsx'
import { kindWords } from './target-words.ts'
import own from './targets.module.css'

const settingNames: Record<string, string> = {
  threadId: 'Thread or post',
  mentionRoleId: 'Role to notify',
  host: 'Mail server',
  port: 'Port',
  security: 'Encryption',
  from: 'Sender',
  to: 'Recipients',
}

/** The keys by which it signs now. One that ended, where it was replaced, signs no more. */
const SigningKeys = ({ keys }: { keys: AlertTargetLineFragment['signingKeys'] }) => {
  const now = useTicking((ms) => Math.floor(ms / 1_000) * 1_000)
  const signing = keys.filter(({ until }) => until === null || Date.parse(until) > now)
  return signing.map(({ scheme, publicKey, until }, i) => (
    <div key={`${scheme} ${publicKey} ${until}`} className={own.pair}>
      <dt>{i === 0 ? 'Signs with' : 'and with'}</dt>
      <dd>
        {publicKey ? (
          <span className={styles.key}>
            <code>{publicKey}</code> <CopyButton text={publicKey} label="Copy" />
          </span>
        ) : (
          'a shared secret (v1)'
        )}
        {until && (
          <span className={styles.quiet}>
            {' '}
            until <Instant at={until} />
          </span>
        )}
      </dd>
    </div>
  ))
}

/** What is known of a target. */
export const TargetFacts = ({ target }: { target: AlertTargetLineFragment }) => {
  const { id, kind, destination, settings, signingKeys, deliveredAt, lastAnswer, waiting, updatedAt, updatedBy } =
    target
  return (
    <dl className={facts.facts}>
      <dt>Kind</dt>
      <dd>{kindWords[kind]}</dd>
      {(kind !== 'EMAIL' || destination === '') && (
        <>
          <dt>Goes to</dt>
          <dd>
            {destination ? (
              <>
                <OthersText text={destination} />
                <span className={styles.quiet}> (the rest of the URL is secret)</span>
              </>
            ) : (
              <Unknown reason="Its settings can not be read: change them." />
            )}
          </dd>
        </>
      )}
      {Object.entries(settings as Record<string, unknown>).map(([name, value]) => (
        <div key={name} className={own.pair}>
          <dt>{settingNames[name] ?? name}</dt>
          <dd>
            <OthersText text={Array.isArray(value) ? value.join(', ') : String(value)} />
          </dd>
        </div>
      ))}
      <dt>Waiting</dt>
      <dd>
        <Link to="/alerts" search={{ tab: 'deliveries', target: id, state: 'WAITING', from: 'now-30d', to: 'now' }}>
          {exactNumber(waiting)}
        </Link>
      </dd>
      <dt>Last arrival</dt>
      <dd>{deliveredAt ? <Ago at={deliveredAt} /> : <Unknown reason="Nothing has arrived there yet." />}</dd>
      <dt>Last answer</dt>
      <dd>{lastAnswer ? <Answer of={lastAnswer} /> : <Unknown reason="Nothing has been sent to it yet." />}</dd>
      <SigningKeys keys={signingKeys} />
      <dt>Changed</dt>
      <dd>
        <Instant at={updatedAt} form="dated" /> by <OthersText text={updatedBy} />
      </dd>
    </dl>
  )
}
