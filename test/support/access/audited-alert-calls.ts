import { randomUUID } from 'node:crypto'
import type { AuditedCall, AuditedWorld } from './audited-calls.ts'

const nowhere = 'http://127.0.0.1:18999/alerts'

const newTarget = async ({ prepare }: AuditedWorld): Promise<string> => {
  const { target } = await prepare(
    `mutation { result: createAlertTarget(name: "audited", kind: HTTP, secrets: { url: "${nowhere}" }) {
      ... on KeyAlertTargetSuccess { target { id } } } }`,
  )
  return target.id
}

const newRule = async ({ prepare }: AuditedWorld): Promise<string> => {
  const { rule } = await prepare(
    `mutation { result: createAlertRule(rule: { name: "audited", kinds: [ENDED], targets: [] }) {
      ... on SaveAlertRuleSuccess { rule { id } } } }`,
  )
  return rule.id
}

const onTarget = (call: string, of = 'id: $id'): string =>
  `mutation ($id: ID!) { result: ${call}(${of}) { __typename } }`

/** Calls of the mutations of alerts. */
export const auditedAlertCalls: Record<string, AuditedCall> = {
  createAlertRule: {
    side: 'public',
    role: 'OPERATOR',
    action: 'alert-rule.create',
    query: `mutation { result: createAlertRule(rule: { name: "new", kinds: [WENT_LIVE], targets: [] }) { __typename } }`,
    variables: () => ({}),
  },
  updateAlertRule: {
    side: 'public',
    role: 'OPERATOR',
    action: 'alert-rule.update',
    query: `mutation ($id: ID!) {
      result: updateAlertRule(id: $id, rule: { name: "other", kinds: [ENDED], targets: [] }) { __typename } }`,
    variables: async (world) => ({ id: await newRule(world) }),
  },
  deleteAlertRule: {
    side: 'public',
    role: 'OPERATOR',
    action: 'alert-rule.delete',
    query: onTarget('deleteAlertRule'),
    variables: async (world) => ({ id: await newRule(world) }),
    idempotent: true,
  },
  createAlertTarget: {
    side: 'public',
    role: 'ADMIN',
    action: 'alert-target.create',
    query: `mutation ($secrets: JSON!) { result: createAlertTarget(name: "new", kind: HTTP, secrets: $secrets) {
      __typename ... on KeyAlertTargetSuccess { signingKey } } }`,
    variables: () => ({ secrets: { url: `${nowhere}/${randomUUID()}`, authorization: `hidden-${randomUUID()}` } }),
    secrets: ({ signingKey }, { secrets }) => [signingKey, secrets.url, secrets.authorization],
  },
  updateAlertTarget: {
    side: 'public',
    role: 'ADMIN',
    action: 'alert-target.update',
    query: `mutation ($id: ID!, $secrets: JSON!) { result: updateAlertTarget(id: $id, secrets: $secrets) { __typename } }`,
    variables: async (world) => ({ id: await newTarget(world), secrets: { authorization: `hidden-${randomUUID()}` } }),
    secrets: (_, { secrets }) => [secrets.authorization],
  },
  deleteAlertTarget: {
    side: 'public',
    role: 'ADMIN',
    action: 'alert-target.delete',
    query: onTarget('deleteAlertTarget'),
    variables: async (world) => ({ id: await newTarget(world) }),
    idempotent: true,
  },
  rotateAlertTargetKey: {
    side: 'public',
    role: 'ADMIN',
    action: 'alert-target.rotate',
    query: `mutation ($id: ID!) { result: rotateAlertTargetKey(id: $id) {
      __typename ... on KeyAlertTargetSuccess { signingKey } } }`,
    variables: async (world) => ({ id: await newTarget(world) }),
    secrets: ({ signingKey }) => [signingKey],
  },
  testAlertTarget: {
    side: 'public',
    role: 'OPERATOR',
    action: 'alert-target.test',
    query: onTarget('testAlertTarget'),
    variables: async (world) => ({ id: await newTarget(world) }),
  },
  pauseAlertTarget: {
    side: 'public',
    role: 'OPERATOR',
    action: 'alert-target.pause',
    query: onTarget('pauseAlertTarget', 'id: $id, reason: "repairs"'),
    variables: async (world) => ({ id: await newTarget(world) }),
    idempotent: true,
  },
  resumeAlertTarget: {
    side: 'public',
    role: 'OPERATOR',
    action: 'alert-target.resume',
    query: onTarget('resumeAlertTarget'),
    async variables(world) {
      const id = await newTarget(world)
      await world.prepare(onTarget('pauseAlertTarget', 'id: $id, reason: "repairs"'), { id })
      return { id }
    },
    idempotent: true,
  },
  replayAlertDeliveries: {
    side: 'public',
    role: 'OPERATOR',
    action: 'alert-delivery.replay',
    query: 'mutation { result: replayAlertDeliveries(filter: { state: DEAD }) { __typename } }',
    variables: () => ({}),
  },
}
