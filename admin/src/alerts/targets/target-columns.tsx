import type { LinkProps } from '@tanstack/react-router'
import type { AlertTargetLineFragment } from '../../../generated/graphql.ts'
import { visibleText } from '../../parts/json/visible-text.ts'
import type { Column } from '../../parts/table/column.ts'
import { Unknown } from '../../parts/text/unknown.tsx'
import { Ago } from '../../parts/time/ago.tsx'
import { exactNumber } from '../../view/format.ts'
import styles from '../alerts.module.css'
import { OthersText } from '../others-text.tsx'
import { HealthMark } from './health-mark.tsx'
import { kindWords, statusText, whereText } from './target-words.ts'

export const targetLink = ({ id }: AlertTargetLineFragment): LinkProps => ({
  to: '/alerts',
  search: { tab: 'targets', target: id },
})

const noAnswer = 'Nothing has been sent to it yet.'

export const targetColumns: readonly Column<AlertTargetLineFragment>[] = [
  {
    id: 'name',
    head: 'Target',
    cell: ({ name, waiting, lastAnswer, ...target }) => (
      <>
        <OthersText text={name} isCut />
        <span className={styles.narrow}>
          {kindWords[target.kind]}, {whereText(target)}
        </span>
        <span className={styles.narrow}>
          {exactNumber(waiting)} waiting
          {lastAnswer && `, ${statusText(lastAnswer)}`}
        </span>
      </>
    ),
  },
  { id: 'kind', head: 'Kind', width: '124px', hideBelow: 860, cell: ({ kind }) => kindWords[kind] },
  {
    id: 'where',
    head: 'Goes to',
    width: '24%',
    hideBelow: 860,
    cell: ({ destination }) =>
      destination ? <OthersText text={destination} isCut /> : <Unknown reason="Its settings can not be read." />,
  },
  { id: 'health', head: 'Health', width: 'min(210px, 46vw)', cell: (target) => <HealthMark target={target} /> },
  {
    id: 'waiting',
    head: 'Waiting',
    hint: 'Alerts that wait to be sent to it',
    width: '80px',
    align: 'end',
    hideBelow: 860,
    cell: ({ waiting }) => exactNumber(waiting),
  },
  {
    id: 'answer',
    head: 'Last answer',
    width: '22%',
    hideBelow: 860,
    cell: ({ lastAnswer }) =>
      lastAnswer ? (
        <span title={visibleText(lastAnswer.answer)}>
          {statusText(lastAnswer)}, <Ago at={lastAnswer.at} />
        </span>
      ) : (
        <Unknown reason={noAnswer} />
      ),
  },
]
