import { useCallback, useMemo, useState } from 'react'
import { ApiKeyList, RevokeApiKey } from '../../../generated/access.ts'
import type { KeyLineFragment } from '../../../generated/graphql.ts'
import { useCaller } from '../../data/api.tsx'
import { signOut } from '../../data/session.ts'
import { Confirm } from '../../parts/confirm/confirm.tsx'
import { Button } from '../../parts/control/button.tsx'
import { Outcome } from '../../parts/mutation/outcome.tsx'
import { useChange } from '../../parts/mutation/use-change.ts'
import { Message } from '../../parts/states/message.tsx'
import { DataTable } from '../../parts/table/data-table.tsx'
import { isolated } from '../../view/seen-text.ts'
import place from '../settings.module.css'
import { type SectionProps, useReady } from '../use-ready.ts'
import { useRenewed } from '../use-renewed.ts'
import { keyColumns } from './key-columns.tsx'
import { NewKey } from './new-key.tsx'

/** The keys that callers have: who made them, when they were used, and how to make and end one. */
export const Keys = ({ onReady }: SectionProps) => {
  const { subject } = useCaller()
  const { data, problem, busy, renew } = useRenewed(ApiKeyList, {})
  const [isMaking, make] = useState(false)
  const [asked, ask] = useState<KeyLineFragment | null>(null)
  const revoke = useChange(RevokeApiKey, ({ key }) => `${isolated(key.name)} is revoked. Its connections are closed.`)
  const { clear } = revoke
  useReady(data !== null || problem !== null, onReady)
  const askFor = useCallback(
    (key: KeyLineFragment): void => {
      clear()
      ask(key)
    },
    [clear],
  )
  const columns = useMemo(() => keyColumns(subject, data?.apiKeys ?? [], askFor), [subject, data, askFor])

  const confirmed = async ({ id, name }: KeyLineFragment): Promise<void> => {
    if (!(await revoke.make({ id }))) return
    if (subject === `key:${id}`) return signOut(`You revoked ${isolated(name)}, the key that you were signed in with.`)
    ask(null)
    renew()
  }
  const isOwn = asked !== null && subject === `key:${asked.id}`
  return (
    <section className={place.section} aria-label="Keys">
      <div className={place.sectionHead}>
        <p className={place.intro}>
          A caller has the role of its key. The server keeps no key, only a digest. The two keys that the server itself
          starts with are not in this list.
        </p>
        {!isMaking && data?.apiKeys.length !== 0 && (
          <Button kind="main" onClick={() => make(true)}>
            Make a key
          </Button>
        )}
      </div>
      {isMaking && <NewKey keys={data?.apiKeys ?? []} onMade={renew} onRevoke={askFor} onClose={() => make(false)} />}
      <Outcome of={{ refusal: null, done: asked ? null : revoke.done }} />
      <DataTable
        caption="Keys, valid ones first"
        columns={columns}
        rows={data?.apiKeys ?? null}
        rowKey={({ id }) => id}
        busy={busy && data === null}
        problem={problem}
        onRetry={renew}
        expected={4}
        empty={
          <Message
            title="No key was made yet"
            action={!isMaking && <Button onClick={() => make(true)}>Make a key</Button>}
          >
            A colleague or a program gets one of its own, so that it can be ended without touching the others.
          </Message>
        }
      />
      {asked && (
        <Confirm
          title={isOwn ? `Revoke ${isolated(asked.name)}, your own key?` : `Revoke ${isolated(asked.name)}?`}
          typed={asked.name}
          action={isOwn ? `Revoke ${isolated(asked.name)} and sign me out` : `Revoke ${isolated(asked.name)}`}
          change={revoke}
          onConfirm={() => void confirmed(asked)}
          onClose={() => ask(null)}
        >
          <p>
            The key stops working everywhere within five seconds, and its open connections are closed. This can not be
            undone.
          </p>
          {isOwn && <p>You are signed in with it, so you are signed out in this tab.</p>}
        </Confirm>
      )}
    </section>
  )
}
