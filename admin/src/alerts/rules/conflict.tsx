import type { AlertRuleWholeFragment } from '../../../generated/graphql.ts'
import { Button } from '../../parts/control/button.tsx'
import { ScrollBox } from '../../parts/table/scroll-box.tsx'
import { Ago } from '../../parts/time/ago.tsx'
import styles from '../alerts.module.css'
import { OthersText } from '../others-text.tsx'
import { differingFacts } from './differing.ts'
import type { ToldRule } from './rule-words.ts'
import own from './rules.module.css'

type Props = {
  mine: ToldRule
  theirs: AlertRuleWholeFragment
  busy: boolean
  onOverwrite(): void
  onKeep(): void
}

/** Somebody changed the rule meanwhile: what both say, and whose is kept. */
export const Conflict = ({ mine, theirs, busy, onOverwrite, onKeep }: Props) => (
  <div className={styles.note} data-tone="warn" role="alert">
    <p>
      <OthersText text={theirs.updatedBy} /> changed this rule <Ago at={theirs.updatedAt} />, while you were editing.
    </p>
    <ScrollBox>
      <table className={own.differing}>
        <caption className="visually-hidden">What differs</caption>
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">Yours</th>
            <th scope="col">Theirs</th>
          </tr>
        </thead>
        <tbody>
          {differingFacts(mine, theirs).map((one) => (
            <tr key={one.name}>
              <th scope="row">{one.name}</th>
              <td>{one.mine}</td>
              <td>{one.theirs}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
    <div className={styles.buttons}>
      <Button kind="main" busy={busy} onClick={onOverwrite}>
        Save yours over theirs
      </Button>
      <Button disabled={busy} onClick={onKeep}>
        Keep theirs
      </Button>
    </div>
  </div>
)
