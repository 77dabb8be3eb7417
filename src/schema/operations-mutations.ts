import type { Verdict } from '../archive/verify-archive.ts'
import { type JobFailed, type RunJobSuccess, runJob } from '../resolvers/run-job.ts'
import { type VerifyArchiveSuccess, verdictSentence, verifyArchive } from '../resolvers/verify-archive.ts'
import { adminMutation, builder, operatorMutation } from './builder.ts'
import { ChatArchiveType } from './chat-archives.ts'
import { JobType } from './operations-jobs.ts'
import { InvalidInputType, NotFoundType, Problem, resultOf } from './problem.ts'

const JobFailedType = builder.objectRef<JobFailed>('JobFailed').implement({
  description: 'The run has ended and failed. It will be tried again.',
  authScopes: { admin: true },
  interfaces: [Problem],
})

const RunJobSuccessType = builder.objectRef<RunJobSuccess>('RunJobSuccess').implement({
  authScopes: { admin: true },
  fields: (t) => ({
    job: t.expose('job', { type: JobType, description: 'The job after it; lastRun says what was done.' }),
    hasEnded: t.exposeBoolean('hasEnded', {
      description: 'False where the run takes longer than ten seconds: it goes on, and operations.jobs tells its end.',
    }),
  }),
})

const ArchiveVerdictType = builder.objectRef<Verdict>('ArchiveVerdict').implement({
  description: 'What was read of an archived hour.',
  authScopes: { operator: true },
  fields: (t) => ({
    isIntact: t.boolean({ resolve: ({ problems }) => problems.length === 0 }),
    objects: t.exposeInt('objects', { description: 'Files that were read and are as they were archived.' }),
    rows: t.field({ type: 'BigInt', description: 'Messages in them.', resolve: ({ rows }) => BigInt(rows) }),
    bytes: t.field({ type: 'BigInt', description: 'Bytes of them.', resolve: ({ bytes }) => BigInt(bytes) }),
    problems: t.exposeStringList('problems', {
      description: 'What is damaged, a sentence each; empty when the hour is intact.',
    }),
  }),
})

const VerifyArchiveSuccessType = builder.objectRef<VerifyArchiveSuccess>('VerifyArchiveSuccess').implement({
  authScopes: { operator: true },
  fields: (t) => ({
    archive: t.expose('archive', { type: ChatArchiveType }),
    sentence: t.string({ description: 'The result for people.', resolve: ({ verdict }) => verdictSentence(verdict) }),
    verdict: t.expose('verdict', {
      type: ArchiveVerdictType,
      nullable: true,
      description: 'Null while the hour is still being read: ask again for the result.',
    }),
  }),
})

builder.mutationFields((t) => ({
  runJob: t.field({
    type: resultOf('RunJobResult', [RunJobSuccessType, JobFailedType, NotFoundType]),
    description:
      'Runs a periodic job now, or joins the run that is under way on whatever node. It answers after ten seconds at the latest, and the run goes on.',
    ...adminMutation,
    args: { name: t.arg.string({ required: true, description: 'The name of the job, as operations.jobs tells it.' }) },
    resolve: (_, args, context) => runJob(context, args),
  }),
  verifyArchive: t.field({
    type: resultOf('VerifyArchiveResult', [VerifyArchiveSuccessType, NotFoundType, InvalidInputType]),
    description:
      'Reads an archived hour of chat back and compares its bytes and rows with what was archived. It answers after ten seconds at the latest, and the reading goes on.',
    ...operatorMutation,
    args: { id: t.arg.id({ required: true, description: 'The global id of a ChatArchive.' }) },
    resolve: (_, args, context) => verifyArchive(context, args),
  }),
}))
