import fs from 'node:fs'

const read = (file: string): string => {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

const list = (directory: string): string[] => {
  try {
    return fs.readdirSync(directory)
  } catch {
    return []
  }
}

/** CPU time a process has used so far in microseconds, all its threads, from the kernel; NaN where there is no /proc. */
export const processCpuUs = (pid: number): number => {
  const threads = list(`/proc/${pid}/task`)
  if (threads.length === 0) return Number.NaN
  let nanoseconds = 0
  for (const thread of threads) nanoseconds += Number.parseInt(read(`/proc/${pid}/task/${thread}/schedstat`), 10) || 0
  return nanoseconds / 1_000
}

/** Resident memory of a process in MB, now and at its highest since `resetPeakMemory`; NaN where there is no /proc. */
export const processMemoryMb = (pid: number): { now: number; peak: number } => {
  const status = read(`/proc/${pid}/status`)
  const field = (name: string) => Number(status.match(new RegExp(`${name}:\\s+(\\d+) kB`))?.[1] ?? Number.NaN) / 1_024
  return { now: field('VmRSS'), peak: field('VmHWM') }
}

/** Memory in MB that a process has for itself, without the pages of files; NaN where there is no /proc. */
export const anonymousMemoryMb = (pid: number): number =>
  Number(read(`/proc/${pid}/status`).match(/RssAnon:\s+(\d+) kB/)?.[1] ?? Number.NaN) / 1_024

/** Makes the peak of `processMemoryMb` count from now. */
export const resetPeakMemory = (pid: number): void => {
  try {
    fs.writeFileSync(`/proc/${pid}/clear_refs`, '5')
  } catch {
    // Without /proc the peak is unknown anyway.
  }
}

/** The parent of a process, 0 when unknown. */
export const parentOf = (pid: number): number => Number(read(`/proc/${pid}/stat`).match(/\) \S (\d+)/)?.[1] ?? 0)

/** The direct children of a process. */
export const childrenOf = (pid: number): number[] =>
  list('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((candidate) => parentOf(candidate) === pid)

/** A process and everything below it. */
export const processTree = (pid: number): number[] => [pid, ...childrenOf(pid).flatMap(processTree)]
