import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { adoptCase } from './cases/adopt.ts'
import { alerts } from './cases/alerts.ts'
import { backup } from './cases/backup.ts'
import { channelCompany } from './cases/channel-company.ts'
import { channelRead } from './cases/channel-read.ts'
import { chat } from './cases/chat.ts'
import { fanOut } from './cases/fan-out.ts'
import { hour } from './cases/hour.ts'
import { importing } from './cases/import.ts'
import { ingest } from './cases/ingest.ts'
import { panel } from './cases/panel.ts'
import { pollCycle } from './cases/poll-cycle.ts'
import { questions } from './cases/questions.ts'
import { rankings } from './cases/rankings.ts'
import { receive } from './cases/receive.ts'
import { scale } from './cases/scale.ts'
import { series } from './cases/series.ts'
import { upsert } from './cases/upsert.ts'
import type { BenchCase } from './support/bench-case.ts'
import { markdownTable, type Report, renderGoals, renderReport, verdict } from './support/report.ts'

const cases: readonly BenchCase[] = [
  fanOut,
  channelRead,
  channelCompany,
  series,
  chat,
  rankings,
  questions,
  pollCycle,
  ingest,
  importing,
  upsert,
  receive,
  adoptCase,
  alerts,
  backup,
  scale,
  hour,
  panel,
]

const usage = `Measures the project side by side with its limits and with other servers, in turn, in one run.

  node bench/main.ts [case…] [--quick] [--minutes N] [--json FILE] [--table FILE]

Cases: ${cases.map(({ name }) => name).join(', ')}. Without a name all run but those that take long: ${cases
  .filter(({ onlyByName }) => onlyByName)
  .map(({ name }) => name)
  .join(', ')}.
--quick  fewer rounds and smaller data: under two minutes, rough ratios
--minutes  how long the case panel watches the live page while it changes as it does in an hour (else as many changes come at once), and how long the case hour takes (60)
--json   where to write the numbers (bench/results/<time>.json)
--table  where to write a document with all tables (docs/benchmarks.md at a release)`

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    minutes: { type: 'string', default: '0' },
    json: { type: 'string' },
    table: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
const unknown = positionals.filter((name) => !cases.some((one) => one.name === name))

const chosen = cases.filter(({ name, onlyByName }) =>
  positionals.length === 0 ? !onlyByName : positionals.includes(name),
)

const aborted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => aborted.abort(new Error(`Stopped by ${signal}.`)))

type Machine = { node: string; cpu: string | undefined; cores: number; memoryGb: number }

const documentOf = (reports: readonly Report[], machine: Machine, startedAt: Date): string => {
  const goals = reports.flatMap((report) => report.goals)
  return `# Benchmarks

Measured on ${startedAt.toISOString().slice(0, 10)} with Node ${machine.node} on ${machine.cores} cores (${machine.cpu}) with
${Math.round(machine.memoryGb)} GB. Load, stores and servers share these cores. Compare ratios, not rates: a ratio is the median over
interleaved rounds of one run. \`bench/README.md\` says what each case measures, and how. \`npm run bench -- --table docs/benchmarks.md\`
makes this file.

## Goals

${renderGoals(goals, markdownTable)}

## Cases

${reports.map((report) => `### ${renderReport(report, markdownTable)}`).join('\n')}`
}

const run = async (): Promise<void> => {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'channelscope-bench-'))
  // Postgres runs under another account when we are root.
  await chmod(directory, 0o755)
  const startedAt = new Date()
  const reports: (Report & { case: string })[] = []
  try {
    for (const { name, run } of chosen) {
      aborted.signal.throwIfAborted()
      const progress = (text: string) => process.stderr.write(`${name}: ${text}\n`)
      const { quick } = values
      const minutes = Number(values.minutes)
      for await (const report of run({ quick, minutes, directory, signal: aborted.signal, progress })) {
        reports.push({ case: name, ...report })
        process.stdout.write(`\n${renderReport(report)}\n`)
      }
    }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
  const goals = reports.flatMap((report) => report.goals)
  if (goals.length > 0) process.stdout.write(`${renderGoals(goals)}\n`)
  const file =
    values.json ?? path.join(import.meta.dirname, 'results', `${startedAt.toISOString().replaceAll(':', '-')}.json`)
  await mkdir(path.dirname(file), { recursive: true })
  const machine = {
    node: process.version,
    cpu: os.cpus()[0]?.model,
    cores: os.availableParallelism(),
    memoryGb: os.totalmem() / 2 ** 30,
  }
  const judged = reports.map((report) => ({
    ...report,
    goals: report.goals.map((goal) => ({ ...goal, verdict: verdict(goal) })),
  }))
  await writeFile(file, `${JSON.stringify({ startedAt, quick: values.quick, machine, reports: judged }, null, 2)}\n`)
  process.stderr.write(`written to ${file}\n`)
  if (values.table !== undefined) await writeFile(values.table, documentOf(reports, machine, startedAt))
}

if (values.help) process.stdout.write(`${usage}\n`)
else if (unknown.length > 0) {
  process.stderr.write(`There is no case ${unknown.join(', ')}.\n\n${usage}\n`)
  process.exitCode = 2
} else {
  await run().catch((error: unknown) => {
    const stopped = aborted.signal.aborted
    process.stderr.write(`${stopped ? aborted.signal.reason.message : error instanceof Error ? error.stack : error}\n`)
    process.exitCode = stopped ? 130 : 1
  })
}
