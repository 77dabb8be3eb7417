import type { LinkProps } from '@tanstack/react-router'
import type { AlertRuleLineFragment } from '../../../generated/graphql.ts'
import type { Column } from '../../parts/table/column.ts'
import { Ago } from '../../parts/time/ago.tsx'
import { exactNumber } from '../../view/format.ts'
import { isolated } from '../../view/seen-text.ts'
import styles from '../alerts.module.css'
import { kindsText } from '../kinds.ts'
import { RuleName } from './rule-name.tsx'
import { aboutText, conditionTexts, quietText } from './rule-words.ts'

export const ruleLink = ({ id }: AlertRuleLineFragment): LinkProps => ({
  to: '/alerts',
  search: { tab: 'rules', rule: id },
})

const onlyIf = (rule: AlertRuleLineFragment): string =>
  [...conditionTexts(rule), ...(rule.quiet ? [`not ${quietText(rule)}`] : [])].join('; ')

const none = <span className={styles.quiet}>none</span>

export const ruleColumns: readonly Column<AlertRuleLineFragment>[] = [
  {
    id: 'name',
    head: 'Rule',
    cell: (rule) => (
      <>
        <RuleName rule={rule} isCut />
        <span className={styles.narrow}>
          {kindsText(rule.kinds)}. {aboutText(rule)}.
        </span>
      </>
    ),
  },
  {
    id: 'kinds',
    head: 'Tells when',
    width: '18%',
    hideBelow: 860,
    cell: ({ kinds }) => <span title={kindsText(kinds)}>{kindsText(kinds)}</span>,
  },
  {
    id: 'about',
    head: 'Channels',
    width: '15%',
    hideBelow: 860,
    cell: (rule) => <span title={aboutText(rule)}>{aboutText(rule)}</span>,
  },
  {
    id: 'conditions',
    head: 'Only if',
    width: '19%',
    hideBelow: 1200,
    cell: (rule) =>
      onlyIf(rule) ? <span title={onlyIf(rule)}>{onlyIf(rule)}</span> : <span className={styles.quiet}>always</span>,
  },
  {
    id: 'targets',
    head: 'Targets',
    width: '13%',
    hideBelow: 860,
    cell: ({ targets }) => {
      const names = targets.map(({ name }) => isolated(name)).join(', ')
      return targets.length === 0 ? none : <bdi title={names}>{names}</bdi>
    },
  },
  {
    id: 'told',
    head: 'Told in 7 days',
    hint: 'How many alerts it told in the last seven days; of more than a thousand that number',
    width: '104px',
    align: 'end',
    cell: ({ toldLately }) => exactNumber(toldLately),
  },
  {
    id: 'last',
    head: 'Last',
    width: '116px',
    align: 'end',
    hideBelow: 640,
    cell: ({ lastToldAt }) => (lastToldAt ? <Ago at={lastToldAt} /> : <span className={styles.quiet}>never</span>),
  },
]
