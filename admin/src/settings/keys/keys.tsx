import { useCallback, useMemo, useState } from 'react'
import { ApiKeyList, RevokeApiKey } from '../../../generated/access.ts'
import type { KeyLineFragment } from '../../../generated/graphql.ts'
import { useCaller } from '../../data/api.tsx'
import { signOut } from '../../data/session.ts'
import { useRenewed } from '../../data/use-renewed.ts'
import { Confirm } from '../../parts/confirm/confirm.tsx'
import { Button } from '../../parts/control/button.tsx'
import { Outcome } from '../../parts/mutation/outcome.tsx'
import { useChange } from '../../parts/mutation/use-change.ts'
import place from '../../parts/place/sections.module.css'
import { type SectionProps, useReady } from '../../parts/place/use-ready.ts'
import { Message } from '../../parts/states/message.tsx'
import { DataTable } from '../../parts/table/data-table.tsx'
import { isolated } from '../../view/seen-text.ts'
import { useSettingsSearch } from '../use-settings-search.ts'
import { keyColumns } from './key-columns.tsx'
import { NewKey } from './new-key.tsx'

/** The keys that callers have: who made them, when they were used, and how to make and end one. */
export const Keys = ({ onReady }: SectionProps) => {
  const { subject } = useCaller()
  const { data, problem, busy, renew } = useRenewed(ApiKeyList, {})
  const [isMaking, make] = useState(false)
  const [asked, ask] = useState<KeyLineFragment | null>(null)
  const revoke = useChange(
    RevokeApiKey,
    ({ key }) => `${isolated(key.name)} has been revoked. Its connections are closed.`,
  )
  const { clear } = revoke
  useReady(data !== null || problem !== null, onReady)
  const askFor = useCallback(
    (key: KeyLineFragment): void => {
      clear()
      ask(key)
    },
    [clear],
  )
  const { search, change } = useSettingsSearch()
  const all = data?.apiKeys ?? null
  const shown = useMemo(
    () => (search.revoked ? all : (all?.filter(({ revokedAt }) => revokedAt === null) ?? null)),
    [search.revoked, all],
  )
  const revokedCount = all?.filter(({ revokedAt }) => revokedAt !== null).length ?? 0
  const columns = useMemo(() => keyColumns(subject, data?.apiKeys ?? [], askFor), [subject, data, askFor])

  const confirmed = async ({ id, name }: KeyLineFragment): Promise<void> => {
    if (!(await revoke.make({ id }))) return
    if (subject === `key:${id}`) return signOut(`You revoked ${isolated(name)}, the key you were signed in with.`)
    ask(null)
    renew()
  }
  const isOwn = asked !== null && subject === `key:${asked.id}`
  return (
    <section className={place.section} aria-label="Keys">
      <div className={place.sectionHead}>
        <p className={place.intro}>
          A key decides what its holder may do. The server stores only a digest of each key. The two keys that the
          server itself starts with are not listed here.
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
        rows={shown}
        rowKey={({ id }) => id}
        busy={busy && data === null}
        problem={problem}
        onRetry={renew}
        expected={4}
        empty={
          <Message
            title={revokedCount > 0 ? 'Every key has been revoked' : 'No keys yet'}
            action={!isMaking && <Button onClick={() => make(true)}>Make a key</Button>}
          >
            Give each person and program a key of their own, so that you can revoke one without affecting the others.
          </Message>
        }
      />
      {revokedCount > 0 && (
        <div>
          <Button kind="quiet" onClick={() => change({ revoked: search.revoked ? undefined : 'shown' })}>
            {search.revoked ? 'Hide revoked keys' : `Show revoked keys (${revokedCount})`}
          </Button>
        </div>
      )}
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
            The key stops working everywhere within five seconds, and its open connections are closed. This cannot be
            undone.
          </p>
          {isOwn && <p>You are signed in with this key, so this tab will be signed out.</p>}
        </Confirm>
      )}
    </section>
  )
}
