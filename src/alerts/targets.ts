import type { ModelRows } from '../../prisma/generated/models.ts'
import { type Author, recordAction } from '../audit/record-action.ts'
import { isUlid, newUlid } from '../lib/ids.ts'
import { isOneLine } from '../lib/one-line.ts'
import { expressions, select } from '../stores/postgres/model.ts'
import type { Postgres, Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import { type ShownSigningKey, type SignatureScheme, type SigningKey, showSigningKey } from '../targets/signing-keys.ts'
import type { TargetKind } from '../targets/target.ts'
import { announce } from './alert-notice.ts'
import { type Invalid, nameProblem } from './rule-input.ts'
import type { SecretBox, TargetSecrets } from './target-secrets.ts'
import type { TargetTools } from './target-tools.ts'

/** A target as it may be shown. */
export type ShownTarget = Omit<ModelRows['AlertTarget'], 'secrets'> & {
  kind: TargetKind
  /** Where it goes, without what gives the right to send there. */
  destination: string
  signingKeys: readonly ShownSigningKey[]
  /** Deliveries that wait for it. */
  waiting: number
}

/** What of a target is changed; absent stays. Of the secrets those that are named, null removes one. */
type TargetChanges = { name?: string; settings?: Record<string, unknown>; secrets?: TargetSecrets }

/** What came of changing a target. */
export type TargetChange =
  | { kind: 'saved'; target: ShownTarget }
  | Invalid
  | { kind: 'missing' }
  | { kind: 'conflict'; current: ShownTarget }

/** What came of making a target, or of giving it a new key; only then the key is shown. */
export type KeyedChange =
  | { kind: 'saved'; target: ShownTarget; signingKey: string | null }
  | Invalid
  | { kind: 'missing' }

/** The targets of an environment; a change is written with its row of the audit log, which has no secrets, or not at all. */
export type Targets = {
  /** Those with these ids, or all; by name. */
  list(ids?: readonly string[]): Promise<ShownTarget[]>
  create(
    author: Author,
    input: { name: string; kind: TargetKind; settings: Record<string, unknown>; secrets: TargetSecrets },
  ): Promise<Exclude<KeyedChange, { kind: 'missing' }>>
  update(author: Author, id: string, changes: TargetChanges, expectedVersion?: number | null): Promise<TargetChange>
  /** Removes a target with its deliveries; false where there is none. */
  remove(author: Author, id: string): Promise<boolean>
  /** Sends nothing to it until it is resumed; repeating it changes nothing. */
  pause(author: Author, id: string, reason: string): Promise<TargetChange>
  /** Sends what waits, at once; repeating it changes nothing. */
  resume(author: Author, id: string): Promise<TargetChange>
  /** Signs with a new key from now on, and with the old ones until the overlap is over. */
  rotate(author: Author, id: string, scheme: SignatureScheme, overlapSeconds: number): Promise<KeyedChange>
  /** For the system itself: kind, settings and what is secret; null where there is none. */
  read(id: string): Promise<{ kind: TargetKind; name: string; settings: unknown; secrets: TargetSecrets } | null>
}

const longestReason = 200

/** What a reason is, for a sentence that begins with its name and "must be". */
export const pauseReasonForm = `1 to ${longestReason} characters, in one line`

/** Whether a target may be paused for this reason. */
export const isPauseReason = (reason: string): boolean => isOneLine(reason, longestReason)

/** The most targets of an environment. */
export const maxTargets = 100
/** A week. */
const longestOverlapSeconds = 7 * 86_400

type Row = ModelRows['AlertTarget'] & { waiting: number }

const shown = sql`${select('AlertTarget', undefined, 't')}, ${expressions<{ waiting: number }>({
  waiting: `(SELECT count(*)::integer FROM public.alert_delivery d WHERE d.target_id = t.id AND d.state = 'waiting')`,
})}`

const all = statement(
  'alert_targets_list',
  sql`SELECT ${shown} FROM public.alert_target t WHERE $1::text[] IS NULL OR t.id = ANY ($1)
   ORDER BY t.name, t.id LIMIT ${maxTargets}`,
)
const lock = statement('alert_target_lock', 'SELECT id FROM public.alert_target WHERE id = $1 FOR UPDATE')
// Of several that are made at once each counts those before it.
const lockCount = statement('alert_target_lock_count', `SELECT pg_advisory_xact_lock(hashtext('public.alert_target'))`)
const insert = statement(
  'alert_target_insert',
  sql`INSERT INTO public.alert_target (id, name, kind, settings, secrets, updated_by)
   SELECT $1, $2, $3, $4, $5, $6 WHERE (SELECT count(*) FROM public.alert_target) < ${maxTargets}
   RETURNING ${select('AlertTarget', ['id'])}`,
)
const update = statement(
  'alert_target_update',
  `UPDATE public.alert_target SET name = $2, settings = $3, secrets = $4, updated_by = $5, updated_at = now(), version = version + 1
   WHERE id = $1`,
)
const remove = statement('alert_target_remove', 'DELETE FROM public.alert_target WHERE id = $1')
const pause = statement(
  'alert_target_pause',
  `UPDATE public.alert_target SET paused_at = now(), paused_reason = $2 WHERE id = $1`,
)
const resume = statement(
  'alert_target_resume',
  `UPDATE public.alert_target SET paused_at = NULL, paused_reason = NULL, failures = 0, failing_since = NULL, wait_until = NULL
   WHERE id = $1`,
)
const dueNow = statement(
  'alert_target_due_now',
  `UPDATE public.alert_delivery SET due_at = now() WHERE target_id = $1 AND state = 'waiting' AND due_at > now()`,
)

const invalid = (argument: string, message: string): Invalid => ({ kind: 'invalid', argument, message })

const withChanges = (secrets: TargetSecrets, changes: TargetSecrets): TargetSecrets =>
  Object.fromEntries(Object.entries({ ...secrets, ...changes }).filter(([, value]) => value !== null))

/** What receivers check with from now on, of secrets with signing keys: the public key, or the secret that both sides have. */
const newestKey = ({ signingKeys }: TargetSecrets): string | null => {
  const [first] = Array.isArray(signingKeys) ? (signingKeys as SigningKey[]) : []
  return first ? (showSigningKey(first).publicKey ?? first.key) : null
}

/** The targets in `db`. */
export const createTargets = (db: Postgres, box: SecretBox, tools: TargetTools): Targets => {
  const by = ({ identity: { name, subject, role } }: Author) => name ?? subject ?? role

  const show = ({ secrets: sealed, ...row }: Row): ShownTarget => {
    const kind = row.kind as TargetKind
    try {
      return { ...row, kind, ...tools.describe(kind, row.settings, box.open(row.id, sealed)) }
    } catch {
      return { ...row, kind, destination: '', signingKeys: [] }
    }
  }

  const audited = ({ version, name, kind, settings, pausedReason, destination }: ShownTarget) => ({
    ...{ version, name, kind, settings, destination, pausedReason },
  })

  const find = async (tx: Transaction, id: string): Promise<Row | undefined> => (await tx.query(all, [[id]]))[0]

  /** Changes a target that is locked, and records what was and is. */
  const change = async <Result>(
    author: Author,
    action: string,
    id: string,
    work: (tx: Transaction, row: Row) => Promise<Result | 'changed' | 'same'>,
  ): Promise<Result | { kind: 'missing' } | { kind: 'saved'; target: ShownTarget }> => {
    if (!isUlid(id)) return { kind: 'missing' }
    return db.transaction(async (tx) => {
      await tx.query(lock, [id])
      const before = await find(tx, id)
      if (!before) return { kind: 'missing' } as const
      const done = await work(tx, before)
      if (done === 'same') return { kind: 'saved', target: show(before) } as const
      if (done !== 'changed') return done
      const target = show((await find(tx, id))!)
      await recordAction(tx, 'public', author, {
        action,
        target: `alert-target:${id}`,
        before: audited(show(before)),
        after: audited(target),
      })
      await tx.query(announce)
      return { kind: 'saved', target } as const
    })
  }

  const problemsOf = (kind: TargetKind, settings: unknown, secrets: TargetSecrets): Invalid | null => {
    const problems = tools.problems(kind, settings, secrets)
    return problems.length === 0 ? null : invalid('settings', problems.join(' '))
  }

  return {
    list: async (ids) => (await db.query(all, [ids?.filter(isUlid) ?? null])).map(show),

    async create(author, { name, kind, settings, secrets: given }) {
      const wrongName = nameProblem(name)
      if (wrongName) return invalid('name', wrongName)
      const secrets = tools.complete(kind, given)
      const wrong = problemsOf(kind, settings, secrets)
      if (wrong) return wrong
      const id = newUlid()
      return db.transaction(async (tx) => {
        const sealed = Object.keys(secrets).length === 0 ? null : box.seal(id, secrets)
        await tx.query(lockCount)
        const values = [id, name.trim(), kind, JSON.stringify(settings), sealed, by(author)]
        const [made] = await tx.query(insert, values)
        if (!made)
          return invalid(
            'name',
            `name must be that of a target that is there: more than ${maxTargets} can not be made.`,
          )
        const target = show((await find(tx, id))!)
        await recordAction(tx, 'public', author, {
          action: 'alert-target.create',
          target: `alert-target:${id}`,
          after: audited(target),
        })
        return { kind: 'saved', target, signingKey: newestKey(secrets) } as const
      })
    },

    update: (author, id, { name, settings, secrets }, expectedVersion) =>
      change<TargetChange>(author, 'alert-target.update', id, async (tx, row) => {
        if (expectedVersion != null && expectedVersion !== row.version) return { kind: 'conflict', current: show(row) }
        const wrongName = name === undefined ? null : nameProblem(name)
        if (wrongName) return invalid('name', wrongName)
        const kept = box.open(id, row.secrets)
        const next = secrets === undefined ? kept : withChanges(kept, secrets)
        const wrong = problemsOf(row.kind as TargetKind, settings ?? row.settings, next)
        if (wrong) return wrong
        const login = tools.login(row.kind as TargetKind, row.settings, kept)
        const moved = login && tools.login(row.kind as TargetKind, settings ?? row.settings, next)
        // It was given for one place. Whoever names another one has to know it.
        if (moved && moved.place !== login.place && secrets?.[login.secret] === undefined)
          return invalid(
            'secrets',
            `secrets must have ${login.secret} again, or null for it: the target is at another place now.`,
          )
        const sealed = secrets === undefined ? row.secrets : box.seal(id, next)
        const values = [id, name?.trim() ?? row.name, JSON.stringify(settings ?? row.settings), sealed, by(author)]
        await tx.query(update, values)
        return 'changed'
      }),

    remove: async (author, id) =>
      isUlid(id) &&
      db.transaction(async (tx) => {
        await tx.query(lock, [id])
        const before = await find(tx, id)
        if (!before) return false
        await tx.query(remove, [id])
        await recordAction(tx, 'public', author, {
          action: 'alert-target.delete',
          target: `alert-target:${id}`,
          before: audited(show(before)),
        })
        return true
      }),

    pause: (author, id, reason) =>
      change<TargetChange>(author, 'alert-target.pause', id, async (tx, row) => {
        if (row.pausedAt !== null) return 'same'
        await tx.query(pause, [id, reason])
        return 'changed'
      }),

    resume: (author, id) =>
      change<TargetChange>(author, 'alert-target.resume', id, async (tx, row) => {
        if (row.pausedAt === null) return 'same'
        await tx.query(resume, [id])
        await tx.query(dueNow, [id])
        return 'changed'
      }),

    async rotate(author, id, scheme, overlapSeconds) {
      if (!(Number.isInteger(overlapSeconds) && overlapSeconds >= 0 && overlapSeconds <= longestOverlapSeconds))
        return invalid('overlapSeconds', `overlapSeconds must be from 0 to ${longestOverlapSeconds}.`)
      let signingKey: string | null = null
      const done = await change<TargetChange>(author, 'alert-target.rotate', id, async (tx, row) => {
        const kind = row.kind as TargetKind
        const next = tools.rotate(kind, box.open(id, row.secrets), scheme, overlapSeconds * 1_000)
        if (next === null) return invalid('id', 'id must be that of a target that signs what it sends.')
        signingKey = newestKey(next)
        await tx.query(update, [id, row.name, JSON.stringify(row.settings), box.seal(id, next), by(author)])
        return 'changed'
      })
      return done.kind === 'saved' ? { ...done, signingKey } : (done as Exclude<typeof done, { kind: 'conflict' }>)
    },

    async read(id) {
      const row = isUlid(id) ? await find(db, id) : undefined
      if (!row) return null
      const { kind, name, settings, secrets } = row
      return { kind: kind as TargetKind, name, settings, secrets: box.open(id, secrets) }
    },
  }
}
