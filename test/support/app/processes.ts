import { spawnSync } from 'node:child_process'
import fs from 'node:fs'

type Process = { pid: number; parent: number; ended: boolean }

const fromProc = (): Process[] =>
  fs.readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    try {
      const stat = fs.readFileSync(`/proc/${name}/stat`, 'utf8')
      // The name in parentheses may hold anything; the fields are what follows it.
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return [{ pid: Number(name), parent: Number(parent), ended: state === 'Z' }]
    } catch {
      return []
    }
  })

const fromPs = (): Process[] =>
  spawnSync('ps', ['-axo', 'pid=,ppid=,state='], { encoding: 'utf8' })
    .stdout.trim()
    .split('\n')
    .map((line) => {
      const [pid, parent, state] = line.trim().split(/\s+/)
      return { pid: Number(pid), parent: Number(parent), ended: state!.startsWith('Z') }
    })

const running = (): Process[] =>
  (fs.existsSync('/proc/self/stat') ? fromProc() : fromPs()).filter(({ ended }) => !ended)

/** A process and all that it has started, directly or not. */
export const processTree = (root: number): number[] => {
  const all = running()
  const tree = [root]
  for (const pid of tree) tree.push(...all.filter(({ parent }) => parent === pid).map((child) => child.pid))
  return tree
}

/** Those that still run. */
export const stillRunning = (pids: readonly number[]): number[] => {
  const alive = new Set(running().map(({ pid }) => pid))
  return pids.filter((pid) => alive.has(pid))
}
