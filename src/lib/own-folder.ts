import { existsSync } from 'node:fs'
import path from 'node:path'

/** The nearest folder above that has a package.json: this file may be the source, or what a package has of it. */
const folderAbove = (place: string): string => {
  const folder = path.dirname(place)
  return existsSync(path.join(folder, 'package.json')) ? folder : folderAbove(folder)
}

const ownFolder = folderAbove(import.meta.filename)

/** A place in the folder of the program, such as `prisma/migrations`. */
export const ownPlace = (name: string): string => path.join(ownFolder, name)

/** Whether this is an installed package, which has no sources, and not a clone. */
export const isPackage = !existsSync(ownPlace('src/main.ts'))
