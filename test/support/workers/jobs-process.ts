import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { systemClock } from '../../../src/lib/clock.ts'
import { silentLog } from '../../../src/lib/log.ts'
import { openPostgres } from '../../../src/stores/postgres/postgres.ts'
import { type Job, startJobRunner } from '../../../src/workers/jobs/job-runner.ts'

/** A runner in a process of its own whose only job, `endless`, never ends; resolves when a run has begun. */
export const startEndlessJob = async (databaseUrl: string) => {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), databaseUrl], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return {
    /** As a crash of its machine would. */
    async kill() {
      child.kill('SIGKILL')
      await once(child, 'close')
    },
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const db = openPostgres({ url: process.argv[2]!, log: silentLog, max: 2 })
  const job: Job = {
    scope: 'tier',
    name: 'endless',
    cron: '0 0 1 1 *',
    description: 'Never ends.',
    run: () => {
      process.stdout.write('running\n')
      return new Promise<string>(() => setInterval(() => undefined, 1_000))
    },
  }
  const runner = startJobRunner({
    db,
    scope: 'tier',
    jobs: [job],
    clock: systemClock,
    log: silentLog,
    heartbeatSeconds: 10,
  })
  await runner.run('endless', new AbortController().signal)
}
