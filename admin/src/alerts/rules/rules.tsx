import { Link } from '@tanstack/react-router'
import { AlertRules } from '../../../generated/alerts.ts'
import { useRenewed } from '../../data/use-renewed.ts'
import { Button } from '../../parts/control/button.tsx'
import place from '../../parts/place/sections.module.css'
import { type SectionProps, useReady } from '../../parts/place/use-ready.ts'
import { Message } from '../../parts/states/message.tsx'
import { DataTable } from '../../parts/table/data-table.tsx'
import styles from '../alerts.module.css'
import { fresh } from '../search.ts'
import { useAlertsSearch } from '../use-alerts-search.ts'
import { NewRule } from './new-rule.tsx'
import { ruleColumns, ruleLink } from './rule-columns.tsx'
import { RuleDetails } from './rule-details.tsx'

const List = ({ onReady }: SectionProps) => {
  const { change } = useAlertsSearch()
  const { data, problem, busy, renew } = useRenewed(AlertRules, {})
  useReady(data !== null || problem !== null, onReady)
  const make = (
    <Button kind="main" onClick={() => change({ rule: fresh })}>
      Make a rule
    </Button>
  )
  return (
    <section className={place.section} aria-label="Rules">
      <div className={place.sectionHead}>
        <p className={place.intro}>
          A rule says what is told of which channels, and to which{' '}
          <Link to="/alerts" search={{ tab: 'targets' }} className={styles.inText}>
            targets
          </Link>
          . It tells what happens from when it is made, and can be tried on the past before.
        </p>
        {data?.alertRules.length !== 0 && make}
      </div>
      <DataTable
        caption="Rules, by name"
        columns={ruleColumns}
        rows={data?.alertRules ?? null}
        rowKey={({ id }) => id}
        href={ruleLink}
        busy={busy && data === null}
        problem={problem}
        onRetry={renew}
        expected={6}
        empty={
          <Message title="There are no rules yet" action={make}>
            For example, be told on Discord when one of your channels goes live.
          </Message>
        }
      />
    </section>
  )
}

/** What is told: all rules, or the one that is open. */
export const Rules = ({ onReady }: SectionProps) => {
  const { rule } = useAlertsSearch().search
  if (rule === fresh) return <NewRule onReady={onReady} />
  return rule ? <RuleDetails key={rule} id={rule} onReady={onReady} /> : <List onReady={onReady} />
}
