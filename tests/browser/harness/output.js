// Where pictures and findings of a run are kept; the folder is not part of the project.
import { existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const project = join(dirname(fileURLToPath(import.meta.url)), '../../..')

export const output = join(project, '.test-output')
export const demonstration = join(project, 'demonstration')

const screenshots = join(output, 'screenshots')

/** The path of a picture of this page at this width, or nothing if there is one already. */
export function newPicture (name, width) {
  mkdirSync(screenshots, { recursive: true })
  const path = join(screenshots, `${name}-${width}.png`)
  return existsSync(path) ? undefined : path
}
