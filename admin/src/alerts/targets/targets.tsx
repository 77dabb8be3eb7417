import { AlertTargets } from '../../../generated/alerts.ts'
import { useCaller } from '../../data/api.tsx'
import { useRenewed } from '../../data/use-renewed.ts'
import { Button } from '../../parts/control/button.tsx'
import place from '../../parts/place/sections.module.css'
import { type SectionProps, useReady } from '../../parts/place/use-ready.ts'
import { Message } from '../../parts/states/message.tsx'
import { DataTable } from '../../parts/table/data-table.tsx'
import { fresh } from '../search.ts'
import { useAlertsSearch } from '../use-alerts-search.ts'
import { NewTarget } from './new-target.tsx'
import { targetColumns, targetLink } from './target-columns.tsx'
import { TargetDetails } from './target-details.tsx'

const List = ({ onReady }: SectionProps) => {
  const { change } = useAlertsSearch()
  const mayAdd = useCaller().may('ADMIN')
  const { data, problem, busy, renew } = useRenewed(AlertTargets, {})
  useReady(data !== null || problem !== null, onReady)
  const add = mayAdd && (
    <Button kind="main" onClick={() => change({ target: fresh })}>
      Add a target
    </Button>
  )
  return (
    <section className={place.section} aria-label="Targets">
      <div className={place.sectionHead}>
        <p className={place.intro}>
          A target is where alerts go: Discord, Slack, e-mail, or an endpoint of your own. What it does not take is sent
          again, in order.
        </p>
        {data?.alertTargets.length !== 0 && add}
      </div>
      <DataTable
        caption="Targets, by name"
        columns={targetColumns}
        rows={data?.alertTargets ?? null}
        rowKey={({ id }) => id}
        href={targetLink}
        busy={busy && data === null}
        problem={problem}
        onRetry={renew}
        expected={4}
        empty={
          <Message title="There are no targets yet" action={add}>
            {mayAdd
              ? 'Add one, send it a test, and make a rule that tells it something.'
              : 'An administrator adds them, because they hold secrets.'}
          </Message>
        }
      />
    </section>
  )
}

/** Where alerts go: all targets, or the one that is open. Only administrators add one. */
export const Targets = ({ onReady }: SectionProps) => {
  const { target } = useAlertsSearch().search
  const mayAdd = useCaller().may('ADMIN')
  if (target === fresh && mayAdd) return <NewTarget onReady={onReady} />
  return target && target !== fresh ? (
    <TargetDetails key={target} id={target} onReady={onReady} />
  ) : (
    <List onReady={onReady} />
  )
}
