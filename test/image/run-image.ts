import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/** An image as it was built: where its file system is, and how it is started. */
export type Image = { root: string; env: readonly string[]; command: readonly string[]; user: string }

/** Starts a process alone in a PID namespace, on a root that can only be read, with /tmp, /dev/shm and the data as an engine gives them. */
const script = `set -eu
echo $$ > "$GROUP/cgroup.procs"
mount --make-rprivate /
mount --bind "$ROOT" "$ROOT"
mount -t tmpfs tmpfs "$ROOT/tmp"
mount -t tmpfs tmpfs "$ROOT/dev"
for one in null zero random urandom full tty; do touch "$ROOT/dev/$one"; mount --bind "/dev/$one" "$ROOT/dev/$one"; done
mkdir "$ROOT/dev/shm"
mount -t tmpfs -o size=64m tmpfs "$ROOT/dev/shm"
mount -t proc proc "$ROOT/proc"
mount --bind "$DATA" "$ROOT/data"
mount -o remount,bind,ro "$ROOT"
exec chroot --userspec="$RUN_AS" "$ROOT" /usr/bin/env --ignore-environment --chdir=/data "$@"`

/** A control group of its own with a limit of memory, of whichever version there is. */
const memoryGroup = (name: string, bytes: number) => {
  const unified = existsSync('/sys/fs/cgroup/cgroup.controllers')
  const folder = path.join('/sys/fs/cgroup', unified ? '' : 'memory', name)
  mkdirSync(folder)
  writeFileSync(path.join(folder, unified ? 'memory.max' : 'memory.limit_in_bytes'), String(bytes))
  const read = (file: string): string => readFileSync(path.join(folder, file), 'utf8')
  return {
    folder,
    /** The most that it held at a time, with pages of files, which the kernel gives up first. */
    peak: () => Number(read(unified ? 'memory.peak' : 'memory.max_usage_in_bytes')),
    /** What is no page of a file. */
    resident: () => Number(/^(?:total_rss|anon) (\d+)$/m.exec(read('memory.stat'))![1]),
    kills: () => Number(/^oom_kill (\d+)$/m.exec(read(unified ? 'memory.events' : 'memory.oom_control'))?.[1] ?? 0),
    [Symbol.dispose]: () => rmdirSync(folder),
  }
}

/** Runs an image with these variables and this much memory, its data in a folder that is given to its user. */
export const runImage = (
  image: Image,
  options: { env: Record<string, string>; data: string; bytes: number; args?: readonly string[] },
) => {
  const { env, data, bytes, args } = options
  const group = memoryGroup(`channelscope-image-${process.pid}`, bytes)
  mkdirSync(data, { recursive: true })
  execFileSync('chown', [image.user, data])
  const variables = [...image.env, ...Object.entries(env).map(([name, value]) => `${name}=${value}`)]
  const [entry, ...rest] = image.command
  const command = [...variables, entry!, ...(args ?? rest)]
  const child = spawn('unshare', ['--mount', '--pid', '--fork', 'sh', '-c', script, 'sh', ...command], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, ROOT: image.root, DATA: data, GROUP: group.folder, RUN_AS: image.user },
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk))
  /** To the first process in it, with which all others end. It has another account than the one that waits for it. */
  const kill = (signal: NodeJS.Signals): void => {
    const first = spawnSync('pgrep', ['--parent', String(child.pid)], { encoding: 'utf8' }).stdout.trim()
    if (first) process.kill(Number(first), signal)
  }
  const ended = once(child, 'close').then(([code]) => code as number | null)
  return {
    group,
    said: () => said,
    ended,
    /** Waits until the condition holds, for minutes at most; throws with what was said when the process ends before. */
    async until(what: string, holds: () => boolean | Promise<boolean>, minutes = 10): Promise<void> {
      for (let i = 0; i < minutes * 60; i++) {
        if (await holds()) return
        if (child.exitCode !== null) throw new Error(`It ended before: ${what}.\n${said}`)
        await delay(1_000)
      }
      throw new Error(`It was waited for in vain: ${what}.\n${said}`)
    },
    /** As an engine stops a container: the signal goes to the first process in it. */
    async stop(): Promise<number | null> {
      kill('SIGTERM')
      return await ended
    },
    async [Symbol.asyncDispose]() {
      kill('SIGKILL')
      await ended
      group[Symbol.dispose]()
    },
  }
}
