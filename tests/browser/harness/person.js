// Somebody at a browser. They only do what people do: follow links, fill in forms, press buttons, read.
import assert from 'node:assert/strict'
import { inspect, startingSize, withoutScript } from './inspection.js'

export class Person {
  /** Opens a browser window of their own. Without JavaScript, pages get no script at all. */
  static async at (browser, address, { javascript = true } = {}) {
    const person = new Person()
    person.address = address
    person.javascript = javascript
    person.context = await browser.newContext({
      javaScriptEnabled: javascript,
      viewport: startingSize,
      locale: 'en-GB',
      reducedMotion: 'reduce',
      acceptDownloads: true
    })
    person.page = await person.context.newPage()
    if (!javascript) {
      person.twinContext = await browser.newContext({ viewport: startingSize, reducedMotion: 'reduce' })
      person.twin = await person.twinContext.newPage()
    }
    person.complaints = []
    person.page.setDefaultTimeout(8000)
    listen(person.page, person.complaints)
    return person
  }

  /** Closes the window; nothing may have gone wrong unseen meanwhile. */
  async leave () {
    await this.context.close()
    await this.twinContext?.close()
    assert.deepEqual(this.complaints, [], 'the browser complained')
  }

  // Going places

  /** Opens an address and looks at what comes. `status` says what answer is right. */
  async open (path, { status = 200, name } = {}) {
    const response = await this.page.goto(new URL(path, this.address).href)
    assert.equal(response.status(), status, `${path}: status`)
    await this.look(name)
  }

  /** Follows a link by what it says. */
  async follow (text, { within, name } = {}) {
    const place = within ? this.page.locator(within) : this.page
    const named = { name: text, exact: typeof text === 'string' }
    // A link that looks like a button says that it is one.
    const link = place.getByRole('link', named).or(place.getByRole('button', named).and(this.page.locator('a')))
    await this.going(() => link.first().click(), name)
  }

  /** Presses a button by what it says, and waits for the page that comes. */
  async press (text, { within, name, status } = {}) {
    const place = within ? this.page.locator(within) : this.page
    const button = place.getByRole('button', { name: text, exact: typeof text === 'string' })
    await this.going(() => button.first().click(), name, status)
  }

  async going (move, name, status) {
    const answered = this.page.waitForResponse(response =>
      response.request().isNavigationRequest() && response.frame() === this.page.mainFrame() &&
      ![301, 302, 303, 307, 308].includes(response.status()))
    const [response] = await Promise.all([answered, this.page.waitForEvent('domcontentloaded'), move()])
    await this.page.waitForLoadState('load')
    if (status) assert.equal(response.status(), status, `${response.url()}: status`)
    else assert.ok(response.status() < 500, `${response.url()} answered ${response.status()}`)
    await this.look(name)
  }

  /** Makes sure that the page is fit for everybody, and takes a picture of its kind once. */
  async look (name = this.pictureName()) {
    const suffix = this.javascript ? '' : withoutScript
    await inspect(this.page, name + suffix, this.twin)
  }

  /** A name for pictures of this kind of page, from its address without keys. */
  pictureName () {
    const parts = []
    const path = new URL(this.page.url()).pathname
    const words = path.split('/').filter(Boolean)
    for (const [index, word] of words.entries()) {
      const before = words[index - 1]
      const isKey = (before === 'cycles' && word !== 'new') || (before === 'organisations' && /^[A-Z0-9-]+$/.test(word)) ||
        /^[0-9a-f]{8}-[0-9a-f-]{20,}$/.test(word) || ['register', 'reset-password'].includes(before)
      if (!isKey) parts.push(word)
      else if (before === 'services' && index === words.length - 1) parts.push('tasks')
      else if (before === 'cycles' && index === words.length - 1) parts.push('one')
    }
    return (parts.join('-') || 'landing').replace(/[^a-z0-9-]/gi, '-').toLowerCase()
  }

  // Forms

  async fill (label, text) {
    await this.field(label).fill(text)
  }

  /** Fills the three fields of a date: `2026-11-30`. */
  async fillDate (legend, iso) {
    const group = this.group(legend)
    const [year, month, day] = iso.split('-')
    await group.getByLabel('Day').fill(String(Number(day)))
    await group.getByLabel('Month').fill(String(Number(month)))
    await group.getByLabel('Year').fill(year)
  }

  /** Chooses an answer under a question (radios). */
  async choose (legend, label) {
    await this.group(legend).getByRole('radio', { name: label, exact: typeof label === 'string' }).check()
  }

  /** Ticks boxes under a question. */
  async tick (legend, ...labels) {
    for (const label of labels) {
      await this.group(legend).getByRole('checkbox', { name: label, exact: typeof label === 'string' }).check()
    }
  }

  async select (label, option) {
    await this.field(label).selectOption({ label: option })
  }

  async value (label) {
    return this.field(label).inputValue()
  }

  /** The control with this label, whether it may be left empty or not. */
  field (label) {
    const name = label instanceof RegExp ? label : new RegExp(`^\\s*${escape(label)}( \\(optional\\))?\\s*$`)
    return this.page.getByLabel(name).first()
  }

  group (legend) {
    return this.page.getByRole('group', { name: legend, exact: false }).last()
  }

  // Reading

  async heading () {
    return (await this.page.getByRole('heading', { level: 1 }).innerText()).trim()
  }

  path () {
    const { pathname, search } = new URL(this.page.url())
    return pathname + search
  }

  async isOn (heading) {
    const found = await this.heading()
    if (heading instanceof RegExp) assert.match(found, heading)
    else assert.equal(found, heading)
  }

  async text () {
    return this.page.getByRole('main').innerText()
  }

  async reads (expected) {
    const text = await this.text()
    if (expected instanceof RegExp) assert.match(text, expected)
    else assert.ok(text.includes(expected), `“${expected}” is not on the page ${this.page.url()}:\n${text}`)
  }

  async doesNotRead (unexpected) {
    const text = await this.text()
    assert.ok(!text.includes(unexpected), `“${unexpected}” is on the page ${this.page.url()}`)
  }

  async hasLink (text) {
    return await this.page.getByRole('main').getByRole('link', { name: text, exact: typeof text === 'string' }).count() > 0
  }

  /** The errors of the summary; each leads to a place that exists, and with JavaScript the summary has the focus. */
  async errors () {
    const summary = this.page.locator('.govuk-error-summary')
    await summary.waitFor()
    const links = summary.getByRole('link')
    const texts = []
    for (const link of await links.all()) {
      texts.push((await link.innerText()).trim())
      const href = await link.getAttribute('href')
      if (!href.startsWith('#')) continue
      assert.equal(await this.page.locator(`[id="${href.slice(1)}"]`).count(), 1, `the error leads to ${href}, which must be there once`)
    }
    if (this.javascript) {
      await this.page.waitForFunction(() => document.activeElement?.classList.contains('govuk-error-summary'))
    }
    return texts
  }

  // Accounts

  async signIn (email, password) {
    await this.open('/sign-in')
    await this.fill('Email address', email)
    await this.fill('Password', password)
    await this.press('Sign in')
  }

  async signOut () {
    await this.press('Sign out')
  }
}

function escape (text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

/** Collects whatever a browser reports: errors of scripts, and what the content security policy had to stop. */
function listen (page, complaints) {
  page.on('pageerror', error => complaints.push(`${page.url()}: ${error.message}`))
  page.on('console', message => {
    if (message.type() !== 'error') return
    // That a page was refused or not found is checked by its status; here only what it loads is of interest.
    if (message.location().url === page.url() && message.text().startsWith('Failed to load resource')) return
    complaints.push(`${page.url()}: ${message.text()}`)
  })
  page.on('response', response => {
    if (response.status() >= 500) complaints.push(`${response.url()} answered ${response.status()}`)
    if (response.status() === 404 && !response.request().isNavigationRequest()) complaints.push(`${response.url()} is missing`)
  })
}
