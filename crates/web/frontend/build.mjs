// Builds dist/ from the pinned packages: no network, no other tool than Node.
//
//   dist/assets/      what browsers fetch (and the same compressed as .gz)
//   dist/components/  GOV.UK Frontend's own templates, rewritten for MiniJinja
//   dist/components.json  which function draws which component
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { convert } from './convert.mjs'
import { rebrand } from './rebrand.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const govuk = join(here, 'node_modules/govuk-frontend')
const htmx = join(here, 'node_modules/htmx.org')
const dist = join(here, 'dist')

// These two cannot be drawn without a crown: our layout has a header and a footer of its own.
const reserved = ['header', 'footer']

function read (...parts) {
  return readFileSync(join(...parts), 'utf8')
}

const written = new Set()

// A file that would stay the same is left alone, so that the program is not compiled again for nothing.
function write (path, content) {
  const target = join(dist, path)
  written.add(target)
  const wanted = Buffer.from(content)
  if (existsSync(target) && readFileSync(target).equals(wanted)) return
  mkdirSync(dirname(target), { recursive: true })
  writeFileSync(target, wanted)
}

function removeTheRest () {
  for (const name of readdirSync(dist, { recursive: true })) {
    const path = join(dist, name)
    if (statSync(path).isFile() && !written.has(path)) rmSync(path)
  }
}

function writeAsset (name, text) {
  write(`assets/${name}`, text)
  write(`assets/${name}.gz`, gzipSync(text, { level: 9 }))
}

// A source map address would make browsers ask for a file that is not there.
function withoutSourceMap (script) {
  return script.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, '\n')
}

function buildAssets () {
  const styles = rebrand(read(govuk, 'dist/govuk/govuk-frontend.min.css'), read(here, 'brand.json'))
  writeAsset('csm.css', `${styles}\n${read(here, 'styles.css')}`)
  writeAsset('govuk-frontend.min.js', withoutSourceMap(read(govuk, 'dist/govuk/govuk-frontend.min.js')))
  writeAsset('htmx.min.js', withoutSourceMap(read(htmx, 'dist/htmx.min.js')))
  writeAsset('csm.js', read(here, 'csm.js'))
  writeAsset('icon.svg', read(here, 'icon.svg'))
  writeAsset('licences.txt', [
    'Parts of these pages come from other people, with thanks.',
    `GOV.UK Frontend\n\n${read(here, 'govuk-frontend-licence.txt')}`,
    `htmx\n\n${read(htmx, 'LICENSE')}`
  ].join('\n\n----\n\n'))
}

function buildComponents () {
  const source = join(govuk, 'dist/govuk')
  const functions = {}
  for (const name of readdirSync(join(source, 'components')).sort()) {
    if (name.startsWith('_') || reserved.includes(name)) continue
    const macro = read(source, 'components', name, 'macro.njk').match(/macro (govuk\w+)\(/)
    if (!macro) throw new Error(`${name}: its macro has no name that this build knows`)
    functions[macro[1]] = name
    write(`components/${name}.html`, convert(read(source, 'components', name, 'template.njk'), name))
  }
  write('components/i18n.html', convert(read(source, 'macros/i18n.njk'), 'i18n'))
  write('components.json', `${JSON.stringify(functions, null, 2)}\n`)
  return Object.keys(functions).length
}

buildAssets()
const count = buildComponents()
removeTheRest()
console.log(`assets: styles, scripts and ${count} components are in crates/web/frontend/dist`)
