import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { text } from 'node:stream/consumers'

// Runs the checks of package.json side by side, as many as there are processors, and says of each how it went.

/** The slow ones first, so that the last to end is a short one. */
const checks = ['types', 'types:panel', 'unused', 'arrows', 'format', 'generated', 'patterns']

const run = async (check: string): Promise<boolean> => {
  const began = performance.now()
  const child = spawn('npm', ['run', '--silent', `check:${check}`], { stdio: ['ignore', 'pipe', 'pipe'] })
  const [said, complained, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.once('close', resolve)),
  ])
  const seconds = Math.round((performance.now() - began) / 1000)
  console.log(`${code === 0 ? 'passed' : 'FAILED'}  check:${check} (${seconds} s)`)
  if (code !== 0) console.log(`${said}${complained}`)
  return code === 0
}

const results: boolean[] = []
const waiting = checks.values()
const worker = async (): Promise<void> => {
  for (const check of waiting) results.push(await run(check))
}
await Promise.all(Array.from({ length: availableParallelism() }, worker))
if (results.includes(false)) process.exitCode = 1
