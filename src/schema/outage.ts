import { type ExplainableOutage, explanationOf } from '../resolvers/outages.ts'
import type { OutageEvidence } from '../telemetry/outage-cause.ts'
import { AuditSideEnum } from './audit-log.ts'
import { builder } from './builder.ts'
import { PlatformEnum, stored } from './enums.ts'

const OutageCauseEnum = builder.enumType('OutageCause', {
  description: 'Why observations are missing, as far as what is kept of that time tells.',
  values: {
    NOT_TRACKED: { description: 'The channel was not tracked yet.' },
    PAUSED: { description: 'Somebody had switched off the watching of the channel, or the polling of its platform.' },
    POLL_FAILED: { description: 'The platform was asked and answered with errors, or not at all.' },
    PLATFORM_SILENT: { description: 'The platform answered, but no answer told of the channel.' },
    NODE_AWAY: {
      description: 'Nothing was asked: the program was stopped, restarted or cut off from its database.',
    },
    NOT_YET_SHIPPED: { description: 'The rows are still in the spool of a node.' },
    LOST: { description: 'The rows were there and are known to be lost.' },
    UNKNOWN: { description: 'Nothing is kept of that time that says why.' },
  } as const,
})

const EvidencePlaceEnum = builder.enumType('EvidencePlace', {
  description: 'Where to look for what happened.',
  values: {
    CALLS: { description: 'The calls to the platform: scrapeLog, with platform, failed and the range.' },
    DELIVERIES: { description: 'What was delivered: webhookInbox, with the range.' },
    AUDIT: { description: 'Who did it: auditLog, with side and target, for admins.' },
    OPERATIONS: { description: 'The state of spools and losses: degraded of /ready and the metrics.' },
  } as const,
})

const OutageEvidenceType = builder.objectRef<OutageEvidence>('OutageEvidence').implement({
  description: 'Where to look for what happened.',
  authScopes: { operator: true },
  fields: (t) => ({
    place: t.expose('place', { type: EvidencePlaceEnum }),
    from: t.expose('from', { type: 'DateTime', description: 'The beginning of the time to look at.' }),
    to: t.expose('to', { type: 'DateTime', description: 'The end of it.' }),
    platform: t.expose('platform', {
      type: stored(PlatformEnum),
      nullable: true,
      description: 'Null where place is not CALLS.',
    }),
    failed: t.exposeBoolean('failed', {
      nullable: true,
      description: 'Of CALLS: true where those tell it that failed, null where all do. Null elsewhere.',
    }),
    side: t.expose('side', { type: AuditSideEnum, nullable: true, description: 'Null where place is not AUDIT.' }),
    target: t.exposeString('target', { nullable: true, description: 'Null where place is not AUDIT.' }),
  }),
})

/** A span of which observations are missing. */
export const OutageType = builder.objectRef<ExplainableOutage>('Outage').implement({
  description: 'A span of which observations are missing.',
  fields: (t) => ({
    from: t.expose('from', { type: 'DateTime' }),
    to: t.expose('to', { type: 'DateTime' }),
    reason: t.exposeString('reason'),
    cause: t.field({
      type: OutageCauseEnum,
      description:
        'Why they are missing, as far as is known. With explanation and evidence it is one statement more for all outages of the operation.',
      resolve: async (outage, _, context) => (await explanationOf(context, outage)).cause,
    }),
    explanation: t.string({
      description:
        'The cause in one sentence for people, with what tells it. Instants in it are in UTC. Operators are also told which node and which error, admins also who did something.',
      resolve: async (outage, _, context) => (await explanationOf(context, outage)).explanation,
    }),
    evidence: t.field({
      type: OutageEvidenceType,
      nullable: true,
      authScopes: { operator: true },
      description: 'Where to look; null where nothing is kept that shows it.',
      resolve: async (outage, _, context) => (await explanationOf(context, outage)).evidence,
    }),
  }),
})
