import { useRef } from 'react'
import { Button } from '../../parts/control/button.tsx'
import { Choice } from '../../parts/control/choice.tsx'
import place from '../../parts/place/sections.module.css'
import { useSettingsSearch } from '../use-settings-search.ts'
import styles from './audit.module.css'
import type { AuditLine } from './audit-line.ts'
import { actionNames, readTarget, targetText } from './audit-words.ts'
import type { TargetNodes } from './use-target-names.ts'

type Props = { lines: readonly AuditLine[] | undefined; nodes: TargetNodes }

const kinds: Record<string, string> = {
  'alert-delivery': 'Alerts',
  'alert-rule': 'Alert rule',
  'alert-target': 'Alert target',
  channel: 'Channel',
  streamer: 'Streamer',
  'api-key': 'Key',
  configuration: 'Setting',
  job: 'Job',
  archive: 'Archive',
  webhook: 'Delivery',
  chatter: 'Person',
}

/** What a target is called in a list: "Channel anna". */
const targetName = (line: AuditLine, nodes: TargetNodes): string => {
  const { kind, key } = readTarget(line.target)
  const node = nodes.get(line.target)
  const name = node?.__typename === 'Channel' ? (node.displayName ?? node.slug) : targetText(line)
  return `${kinds[kind] ?? kind} ${name || key}`
}

/** The values of a filter by their names: those that were seen, and the one that the address has. */
const choicesOf = (all: string, seen: ReadonlyMap<string, string>, chosen: string | undefined): [string, string][] => [
  ['', all],
  ...(chosen !== undefined && !seen.has(chosen) ? [[chosen, chosen] as [string, string]] : []),
  ...[...seen].sort(([, one], [, other]) => one.localeCompare(other)),
]

/** What of the log is shown. Lists have what the log has shown since the page was opened. */
export const AuditFilters = ({ lines, nodes }: Props) => {
  const { search, change } = useSettingsSearch()
  const seen = useRef({ subjects: new Map<string, string>(), targets: new Map<string, string>() })
  const { subjects, targets } = seen.current
  for (const line of lines ?? []) {
    if (line.subject) subjects.set(line.subject, line.name ?? line.subject)
    targets.set(line.target, targetName(line, nodes))
  }
  const { side, subject, action, target } = search
  const choose = (name: 'side' | 'subject' | 'action' | 'target') => (value: string) =>
    change({ [name]: value || undefined, after: undefined })
  const actions = new Map<string, string>(Object.entries(actionNames))
  return (
    <search className={`${place.line} ${styles.filters}`} aria-label="Audit log">
      <Choice
        label="Action"
        value={action ?? ''}
        choices={choicesOf('All actions', actions, action)}
        onChoose={choose('action')}
      />
      <Choice
        label="Who"
        value={subject ?? ''}
        choices={choicesOf('Everybody', subjects, subject)}
        onChoose={choose('subject')}
      />
      <Choice
        label="Target"
        value={target ?? ''}
        choices={choicesOf('Everything', targets, target)}
        onChoose={choose('target')}
      />
      <Choice
        label="Area"
        value={side ?? ''}
        choices={[
          ['', 'All areas'],
          ['DM', 'Channels and their data'],
          ['PUBLIC', 'Streamers, claims, settings, keys'],
        ]}
        onChoose={choose('side')}
      />
      {(side || subject || action || target) && (
        <Button
          kind="quiet"
          onClick={() =>
            change({ side: undefined, subject: undefined, action: undefined, target: undefined, after: undefined })
          }
        >
          Show everything
        </Button>
      )}
    </search>
  )
}
