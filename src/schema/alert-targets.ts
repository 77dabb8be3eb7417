import { maxTargets, type ShownTarget } from '../alerts/targets.ts'
import {
  createTarget,
  type DeleteTargetSuccess,
  deleteTarget,
  type KeyTargetSuccess,
  pauseTarget,
  resumeTarget,
  rotateKey,
  type SaveTargetSuccess,
  type TargetConflict,
  type TestTargetSuccess,
  testTarget,
  updateTarget,
} from '../resolvers/alert-targets.ts'
import type { ShownSigningKey } from '../targets/signing-keys.ts'
import type { Outcome } from '../targets/target.ts'
import { AlertOutcomeEnum, AlertTargetKindEnum, SignatureSchemeEnum } from './alert-enums.ts'
import { adminMutation, builder, operatorMutation } from './builder.ts'
import { InvalidInputType, NotFoundType, Problem, resultOf } from './problem.ts'

const SigningKeyType = builder.objectRef<ShownSigningKey>('AlertSigningKey').implement({
  description: 'What an HTTP endpoint checks signatures with.',
  authScopes: { operator: true },
  fields: (t) => ({
    scheme: t.expose('scheme', { type: SignatureSchemeEnum }),
    publicKey: t.exposeString('publicKey', {
      nullable: true,
      description: 'For receivers; null of V1, whose key is a secret.',
    }),
    until: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'After which it signs no more; null while it goes on.',
      resolve: ({ until }) => (until === null ? null : new Date(until)),
    }),
  }),
})

type Answer = { at: Date; outcome: Outcome['kind']; status: number | null; answer: string; ms: number }

const answerOf = (target: ShownTarget): Answer | null => {
  const { answeredAt, answerOutcome, answerStatus, answer, answerMs } = target
  if (answeredAt === null) return null
  const outcome = answerOutcome as Outcome['kind']
  return { at: answeredAt, outcome, status: answerStatus, answer: answer!, ms: answerMs! }
}

const AnswerType = builder.objectRef<Answer>('AlertAnswer').implement({
  description: 'What a target answered.',
  authScopes: { operator: true },
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime' }),
    outcome: t.expose('outcome', { type: AlertOutcomeEnum }),
    status: t.exposeInt('status', {
      nullable: true,
      description: 'The status of the answer; null where there was none.',
    }),
    answer: t.exposeString('answer', { description: 'The beginning of the answer, or why there was none.' }),
    durationMs: t.exposeInt('ms'),
  }),
})

/** Where alerts go; operators only. */
export const AlertTargetType = builder.objectRef<ShownTarget>('AlertTarget').implement({
  description: 'Where alerts go.',
  authScopes: { operator: true },
  fields: (t) => ({
    id: t.exposeID('id', { description: 'A ULID.' }),
    name: t.exposeString('name'),
    kind: t.expose('kind', { type: AlertTargetKindEnum }),
    settings: t.expose('settings', { type: 'JSON', description: 'What is not secret about it.' }),
    destination: t.exposeString('destination', {
      description: 'Where it goes, without what gives the right to send there; empty where that can not be said.',
    }),
    signingKeys: t.field({
      type: [SigningKeyType],
      extensions: { listSize: () => 4 },
      resolve: ({ signingKeys }) => [...signingKeys],
    }),
    pausedAt: t.expose('pausedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Since when nothing is sent to it; null while something is.',
    }),
    pausedReason: t.exposeString('pausedReason', { nullable: true, description: 'Null where it is not paused.' }),
    failures: t.exposeInt('failures', { description: 'Attempts that failed since the last one that did not.' }),
    failingSince: t.expose('failingSince', {
      type: 'DateTime',
      nullable: true,
      description: 'The first of these; null where there is none. After a day it is paused.',
    }),
    waitUntil: t.expose('waitUntil', {
      type: 'DateTime',
      nullable: true,
      description:
        'Nothing is sent before, because it asked for that or failed several times; null where nothing waits.',
    }),
    deliveredAt: t.expose('deliveredAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When something last arrived there, to ten seconds; null before the first time.',
    }),
    lastAnswer: t.field({
      type: AnswerType,
      nullable: true,
      description: 'To its last delivery; where that arrived, one of the ten seconds before it. Null before the first.',
      resolve: answerOf,
    }),
    waiting: t.exposeInt('waiting', { description: 'Deliveries that wait for it.' }),
    version: t.exposeInt('version', { description: 'Counts the changes, from 1.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
    updatedBy: t.exposeString('updatedBy'),
  }),
})

const SaveTargetSuccessType = builder.objectRef<SaveTargetSuccess>('SaveAlertTargetSuccess').implement({
  authScopes: { operator: true },
  fields: (t) => ({ target: t.expose('target', { type: AlertTargetType }) }),
})

const KeyTargetSuccessType = builder.objectRef<KeyTargetSuccess>('KeyAlertTargetSuccess').implement({
  authScopes: { admin: true },
  fields: (t) => ({
    target: t.expose('target', { type: AlertTargetType }),
    signingKey: t.exposeString('signingKey', {
      nullable: true,
      description:
        'What receivers check with from now on: of V1 the secret, which is shown here and never again; of V1A the public key. Null where the kind signs nothing.',
    }),
  }),
})

const DeleteTargetSuccessType = builder.objectRef<DeleteTargetSuccess>('DeleteAlertTargetSuccess').implement({
  authScopes: { admin: true },
  fields: (t) => ({ id: t.exposeID('id', { description: 'The id that it had.' }) }),
})

const TestTargetSuccessType = builder.objectRef<TestTargetSuccess>('TestAlertTargetSuccess').implement({
  description: 'How the test message arrived.',
  authScopes: { operator: true },
  fields: (t) => ({
    outcome: t.field({ type: AlertOutcomeEnum, resolve: ({ kind }) => kind }),
    status: t.exposeInt('status', {
      nullable: true,
      description: 'The status of the answer; null where there was none.',
    }),
    answer: t.exposeString('answer', { description: 'The beginning of the answer, or why there was none.' }),
    durationMs: t.int({ resolve: ({ ms }) => Math.round(ms) }),
  }),
})

const TargetConflictType = builder.objectRef<TargetConflict>('AlertTargetConflict').implement({
  description: 'The target is not the version that was to be replaced.',
  authScopes: { admin: true },
  interfaces: [Problem],
  fields: (t) => ({ current: t.expose('current', { type: AlertTargetType }) }),
})

builder.queryField('alertTargets', (t) =>
  t.field({
    type: [AlertTargetType],
    description: `Where alerts go, by name; at most ${maxTargets}.`,
    authScopes: { operator: true },
    extensions: { listSize: () => maxTargets },
    resolve: (_, _args, { alerts }) => alerts.targets.list(),
  }),
)

const secretsDescription =
  'What is secret about it, as a JSON object; docs/alerts.md has the names for each kind. They are kept encrypted and never shown again.'

builder.mutationFields((t) => ({
  createAlertTarget: t.field({
    type: resultOf('CreateAlertTargetResult', [KeyTargetSuccessType, InvalidInputType]),
    description: 'Makes a target. An HTTP endpoint gets a key to sign by, unless secrets have signingKeys.',
    ...adminMutation,
    args: {
      name: t.arg.string({ required: true, description: '1 to 100 characters.' }),
      kind: t.arg({ type: AlertTargetKindEnum, required: true }),
      settings: t.arg({ type: 'JSON', description: 'What is not secret about it; docs/alerts.md has the names.' }),
      secrets: t.arg({ type: 'JSON', description: secretsDescription }),
    },
    resolve: (_, args, context) => createTarget(context, args),
  }),
  updateAlertTarget: t.field({
    type: resultOf('UpdateAlertTargetResult', [
      SaveTargetSuccessType,
      InvalidInputType,
      NotFoundType,
      TargetConflictType,
    ]),
    description: 'Changes a target; what is left out stays.',
    ...adminMutation,
    args: {
      id: t.arg.id({ required: true }),
      name: t.arg.string(),
      settings: t.arg({ type: 'JSON', description: 'They replace all that there are.' }),
      secrets: t.arg({ type: 'JSON', description: 'Those that are named are replaced; null removes one.' }),
      expectedVersion: t.arg.int({ description: 'The version that is to be replaced; left out, whatever there is.' }),
    },
    resolve: (_, args, context) => updateTarget(context, args),
  }),
  deleteAlertTarget: t.field({
    type: resultOf('DeleteAlertTargetResult', [DeleteTargetSuccessType, NotFoundType]),
    description: 'Removes a target with all of its deliveries.',
    ...adminMutation,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_, args, context) => deleteTarget(context, args),
  }),
  rotateAlertTargetKey: t.field({
    type: resultOf('RotateAlertTargetKeyResult', [KeyTargetSuccessType, InvalidInputType, NotFoundType]),
    description:
      'Signs with a new key from now on. The old ones sign as well until the overlap is over, so receivers can change in between.',
    ...adminMutation,
    args: {
      id: t.arg.id({ required: true }),
      scheme: t.arg({ type: SignatureSchemeEnum, required: true, defaultValue: 'v1' }),
      overlapSeconds: t.arg.int({ required: true, defaultValue: 86_400, description: 'At most a week.' }),
    },
    resolve: (_, args, context) => rotateKey(context, args),
  }),
  testAlertTarget: t.field({
    type: resultOf('TestAlertTargetResult', [TestTargetSuccessType, NotFoundType]),
    description: 'Sends a test message at once, also to a target that is paused, and answers how it arrived.',
    ...operatorMutation,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_, args, context) => testTarget(context, args),
  }),
  pauseAlertTarget: t.field({
    type: resultOf('PauseAlertTargetResult', [SaveTargetSuccessType, InvalidInputType, NotFoundType]),
    description: 'Sends nothing to a target until it is resumed; what is told meanwhile waits.',
    ...operatorMutation,
    args: {
      id: t.arg.id({ required: true }),
      reason: t.arg.string({ required: true, description: '1 to 200 characters.' }),
    },
    resolve: (_, args, context) => pauseTarget(context, args),
  }),
  resumeAlertTarget: t.field({
    type: resultOf('ResumeAlertTargetResult', [SaveTargetSuccessType, NotFoundType]),
    description: 'Sends what waits for a target, at once.',
    ...operatorMutation,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_, args, context) => resumeTarget(context, args),
  }),
}))
