import {
  isPauseReason,
  type KeyedChange,
  pauseReasonForm,
  type ShownTarget,
  type TargetChange,
} from '../alerts/targets.ts'
import type { SignatureScheme } from '../targets/signing-keys.ts'
import type { Outcome, TargetKind } from '../targets/target.ts'
import type { Context } from './context.ts'
import { type InvalidInput, invalidInput, type NotFound, notFound } from './problems.ts'

export type SaveTargetSuccess = { __typename: 'SaveAlertTargetSuccess'; target: ShownTarget }
export type KeyTargetSuccess = {
  __typename: 'KeyAlertTargetSuccess'
  target: ShownTarget
  signingKey: string | null
}
export type DeleteTargetSuccess = { __typename: 'DeleteAlertTargetSuccess'; id: string }
export type TestTargetSuccess = { __typename: 'TestAlertTargetSuccess' } & Outcome
/** The target has another version than the caller expected. */
export type TargetConflict = { __typename: 'AlertTargetConflict'; code: string; message: string; current: ShownTarget }

const noTarget = () => notFound('There is no target with this id.')

const answerOf = (change: TargetChange): SaveTargetSuccess | InvalidInput | NotFound | TargetConflict => {
  switch (change.kind) {
    case 'saved':
      return { __typename: 'SaveAlertTargetSuccess', target: change.target }
    case 'invalid':
      return invalidInput(change.argument, change.message)
    case 'missing':
      return noTarget()
    case 'conflict':
      return {
        __typename: 'AlertTargetConflict',
        code: 'ALERT_TARGET_CONFLICT',
        message: `expectedVersion must be ${change.current.version}, the version of the target now.`,
        current: change.current,
      }
  }
}

const keyedAnswer = (change: KeyedChange): KeyTargetSuccess | InvalidInput | NotFound => {
  if (change.kind === 'invalid') return invalidInput(change.argument, change.message)
  if (change.kind === 'missing') return noTarget()
  return { __typename: 'KeyAlertTargetSuccess', target: change.target, signingKey: change.signingKey }
}

/** A JSON object among the arguments; an InvalidInput for another value. */
const objectOf = (argument: string, value: unknown): Record<string, unknown> | InvalidInput =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : invalidInput(argument, `${argument} must be a JSON object.`)

const isInvalid = (value: object | undefined): value is InvalidInput =>
  (value as { __typename?: unknown } | undefined)?.__typename === 'InvalidInput'

/** Makes a target; only this answer contains the key that it signs by. */
export const createTarget = async (
  context: Context,
  args: { name: string; kind: TargetKind; settings?: unknown; secrets?: unknown },
): Promise<KeyTargetSuccess | InvalidInput> => {
  const [settings, secrets] = [objectOf('settings', args.settings ?? {}), objectOf('secrets', args.secrets ?? {})]
  if (isInvalid(settings)) return settings
  if (isInvalid(secrets)) return secrets
  const { name, kind } = args
  const change = await context.alerts.targets.create(context, { name, kind, settings, secrets })
  return keyedAnswer(change) as KeyTargetSuccess | InvalidInput
}

/** Changes a target. */
export const updateTarget = async (
  context: Context,
  args: { id: string; name?: string | null; settings?: unknown; secrets?: unknown; expectedVersion?: number | null },
) => {
  const settings = args.settings == null ? undefined : objectOf('settings', args.settings)
  const secrets = args.secrets == null ? undefined : objectOf('secrets', args.secrets)
  if (isInvalid(settings)) return settings
  if (isInvalid(secrets)) return secrets
  const changes = {
    ...(args.name != null && { name: args.name }),
    ...(settings && { settings }),
    ...(secrets && { secrets }),
  }
  return answerOf(await context.alerts.targets.update(context, args.id, changes, args.expectedVersion))
}

/** Removes a target. */
export const deleteTarget = async (
  context: Context,
  { id }: { id: string },
): Promise<DeleteTargetSuccess | NotFound> =>
  (await context.alerts.targets.remove(context, id)) ? { __typename: 'DeleteAlertTargetSuccess', id } : noTarget()

/** Sends nothing to a target until it is resumed. */
export const pauseTarget = async (context: Context, { id, reason }: { id: string; reason: string }) => {
  if (!isPauseReason(reason)) return invalidInput('reason', `reason must be ${pauseReasonForm}.`)
  return answerOf(await context.alerts.targets.pause(context, id, reason.trim())) as
    | SaveTargetSuccess
    | InvalidInput
    | NotFound
}

/** Sends what waits for a target, at once. */
export const resumeTarget = async (context: Context, { id }: { id: string }) =>
  answerOf(await context.alerts.targets.resume(context, id)) as SaveTargetSuccess | NotFound

/** Signs with a new key; only this answer contains it. */
export const rotateKey = async (
  context: Context,
  { id, scheme, overlapSeconds }: { id: string; scheme: SignatureScheme; overlapSeconds: number },
) => keyedAnswer(await context.alerts.targets.rotate(context, id, scheme, overlapSeconds))

/** How long a test may take. */
const testMs = 20_000

/** Sends a test message at once. */
export const testTarget = async (context: Context, { id }: { id: string }): Promise<TestTargetSuccess | NotFound> => {
  const outcome = await context.alerts.test(context, id, AbortSignal.timeout(testMs))
  return outcome ? { __typename: 'TestAlertTargetSuccess', ...outcome } : noTarget()
}
