// What every page must stand, whoever opens it: axe, one heading, an honest title, no sideways scrolling on a telephone.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { newPicture, output } from './output.js'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const wide = { width: 1280, height: 900 }
const narrow = { width: 375, height: 740 }
const grave = ['serious', 'critical']

/** What the names of pictures end in that were taken without JavaScript. */
export const withoutScript = '-without-script'

/** Pages that were looked at already; only their form token and times differ. */
const seen = new Set()

export const startingSize = wide

/** Looks at the page that is open. `name` is that of its pictures; `twin` reads pages of people without JavaScript. */
export async function inspect (page, name, twin) {
  const html = await page.content()
  const key = fingerprint(html) + (twin ? '-without' : '')
  if (seen.has(key)) return
  seen.add(key)
  const shape = await page.evaluate(() => ({
    title: document.title,
    headings: document.querySelectorAll('h1').length,
    hasSummary: document.querySelector('.govuk-error-summary') !== null
  }))
  const where = `${name} (${page.url()})`
  assert.equal(shape.headings, 1, `${where}: a page has one main heading`)
  assert.match(shape.title, /^.+ – Children's Services Mapping$/, `${where}: title`)
  assert.equal(shape.title.startsWith('Error: '), shape.hasSummary, `${where}: the title says when there are errors`)
  await checkAccessibility(page, html, where, twin)
  await checkNarrow(page, name, where)
}

async function checkAccessibility (page, html, where, twin) {
  let read = page
  if (twin) {
    read = twin
    await openTwin(twin, page.url(), html)
  }
  await read.evaluate(axe)
  const violations = await read.evaluate(async () => {
    const found = await globalThis.axe.run(document, { preload: false, resultTypes: ['violations'] })
    return found.violations.map(violation => ({
      id: violation.id,
      impact: violation.impact,
      help: violation.help,
      places: violation.nodes.map(node => `${node.target.join(' ')}: ${node.failureSummary}`)
    }))
  })
  for (const violation of violations) note({ where, ...violation })
  const worst = violations.filter(violation => grave.includes(violation.impact))
  assert.deepEqual(worst, [], `${where}: accessibility`)
}

// axe waits for timers, which do not run where JavaScript is off. So the very HTML that came is opened in a browser
// where JavaScript is on, but which gets none of our scripts.
async function openTwin (twin, url, html) {
  await twin.unrouteAll()
  await twin.route('**/*', route => {
    const request = route.request()
    if (request.isNavigationRequest()) return route.fulfill({ contentType: 'text/html; charset=utf-8', body: html })
    if (request.resourceType() === 'script') return route.abort()
    return route.continue()
  })
  await twin.goto(url)
}

async function checkNarrow (page, name, where) {
  // Without scripts pages look much the same: one picture is enough.
  const large = name.endsWith(withoutScript) ? undefined : newPicture(name, wide.width)
  if (large) await page.screenshot({ path: large, fullPage: true })
  await page.setViewportSize(narrow)
  const overflow = await page.evaluate(() => {
    const width = document.documentElement.clientWidth
    if (document.documentElement.scrollWidth <= width) return []
    const widest = []
    for (const element of document.querySelectorAll('body *')) {
      if (element.getBoundingClientRect().right > width + 1) widest.push(element.outerHTML.slice(0, 120))
    }
    return [`${document.documentElement.scrollWidth} px`, ...widest.slice(0, 5)]
  })
  const small = newPicture(name, narrow.width)
  if (small) await page.screenshot({ path: small, fullPage: true })
  await page.setViewportSize(wide)
  assert.deepEqual(overflow, [], `${where}: the page scrolls sideways on a telephone`)
}

/** Findings that are not grave fail nothing, but are kept to be read. */
function note (finding) {
  mkdirSync(output, { recursive: true })
  appendFileSync(join(output, 'findings.jsonl'), `${JSON.stringify(finding)}\n`)
}

function fingerprint (html) {
  const still = html
    .replace(/name="csrf_token" value="[^"]*"/g, '')
    .replace(/\d{1,2}:\d{2}(:\d{2})?/g, '')
  return createHash('sha256').update(still).digest('hex')
}
