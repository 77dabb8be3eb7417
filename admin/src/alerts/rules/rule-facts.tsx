import { Link } from '@tanstack/react-router'
import type { AlertRuleWholeFragment } from '../../../generated/graphql.ts'
import { ChannelLink } from '../../parts/channel/channel-link.tsx'
import facts from '../../parts/text/facts.module.css'
import { Ago } from '../../parts/time/ago.tsx'
import { Instant } from '../../parts/time/instant.tsx'
import { exactNumber } from '../../view/format.ts'
import styles from '../alerts.module.css'
import { kindsText } from '../kinds.ts'
import { OthersText } from '../others-text.tsx'
import { aboutText, conditionTexts, quietText, windowText } from './rule-words.ts'
import own from './rules.module.css'

const named = 20

/** What a rule tells, in words. */
export const RuleFacts = ({ rule }: { rule: AlertRuleWholeFragment }) => {
  const { id, kinds, channels, targets, toldLately, lastToldAt, since, updatedAt, updatedBy, isEnabled } = rule
  const conditions = conditionTexts(rule)
  return (
    <dl className={facts.facts}>
      <dt>Tells when</dt>
      <dd>{kindsText(kinds)}</dd>
      {conditions.length > 0 && (
        <>
          <dt>Only if</dt>
          <dd>{conditions.join('; ')}</dd>
        </>
      )}
      <dt>Channels</dt>
      <dd>
        {aboutText({ ...rule, channels: null })}
        {channels && channels.length > 0 && (
          <ul className={own.names} aria-label="Channels of the rule">
            {channels.slice(0, named).map((channel) => (
              <li key={channel.id}>
                <ChannelLink channel={channel} />
              </li>
            ))}
            {channels.length > named && (
              <li className={styles.quiet}>and {exactNumber(channels.length - named)} more</li>
            )}
          </ul>
        )}
        {channels?.length === 0 && <p className={styles.quiet}>All of them were deleted, so it tells nothing.</p>}
      </dd>
      <dt>Quiet hours</dt>
      <dd>{quietText(rule) ?? 'none'}</dd>
      <dt>How often</dt>
      <dd>{windowText(rule) ?? 'every time'}</dd>
      <dt>Targets</dt>
      <dd>
        {targets.length === 0
          ? 'none: it tells nobody'
          : targets.map((target, i) => (
              <span key={target.id}>
                {i > 0 && ', '}
                <Link to="/alerts" search={{ tab: 'targets', target: target.id }}>
                  <OthersText text={target.name} />
                </Link>
              </span>
            ))}
      </dd>
      <dt>Told lately</dt>
      <dd>
        <Link to="/alerts" search={{ tab: 'deliveries', rule: id, from: 'now-7d', to: 'now' }}>
          {exactNumber(toldLately)} in the last 7 days
        </Link>
        {lastToldAt && (
          <p className={styles.quiet}>
            The last one was <Ago at={lastToldAt} />.
          </p>
        )}
      </dd>
      {isEnabled && (
        <>
          <dt>Tells since</dt>
          <dd>
            <Instant at={since} form="dated" />
          </dd>
        </>
      )}
      <dt>Changed</dt>
      <dd>
        <Instant at={updatedAt} form="dated" /> by <OthersText text={updatedBy} />
      </dd>
    </dl>
  )
}
