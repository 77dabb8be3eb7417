import { readFileSync } from 'node:fs'
import { ConfigError, reasonText } from '../../lib/errors.ts'

type Engine = typeof import('chdb')

/**
 * What the engine is compiled for on x86-64, in the words of /proc/cpuinfo: the level that is called x86-64-v3. Its `abm` is not asked for:
 * some virtual machines hide the flag, and each processor that has the others has these instructions too.
 */
const neededFlags = ['avx2', 'bmi1', 'bmi2', 'f16c', 'fma', 'movbe']

/** What a processor lacks that the embedded engine needs. Of a processor that tells nothing about itself nothing is known to be missing. */
export const missingFlags = (cpuinfo: string, arch: string = process.arch): string[] => {
  const flags = /^flags\s*:(.*)$/m.exec(cpuinfo)?.[1]?.split(' ')
  return arch === 'x64' && flags ? neededFlags.filter((flag) => !flags.includes(flag)) : []
}

const readCpuinfo = (): string => {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8')
  } catch {
    return ''
  }
}

const instead = 'set CLICKHOUSE_URL to use a server'

/** Why the embedded engine can not run on this machine: without its instructions the process would be killed; null where it can. */
export const whyNoEngine = (cpuinfo = readCpuinfo(), arch?: string): string | null => {
  const missing = missingFlags(cpuinfo, arch)
  if (missing.length === 0) return null
  return `The embedded ClickHouse needs a processor with ${missing.join(', ')}, which this one lacks (x86-64-v3): use another machine, or ${instead}.`
}

/** Loads the engine, which is as large as a server, only where it is used. */
export const loadEngine = async (): Promise<Engine> => {
  const reason = whyNoEngine()
  if (reason) throw new ConfigError(reason)
  try {
    return await import('chdb')
  } catch (error) {
    throw new ConfigError(
      `The embedded ClickHouse is not installed (${reasonText(error).trim()}): install with optional packages, or ${instead}.`,
    )
  }
}
