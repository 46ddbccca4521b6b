// People who have little or no right here, and people who use the keyboard: they see what they should, and no more.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { story, ways } from '../harness/story.js'

const running = story()
const blackpool = '/cycles/2026-27/organisations/E06000009'

for (const { way, javascript } of ways) {
  test(`the public reads the first page, the summary and the notices without signing in, ${way}`, () =>
    running.visitor({ javascript }, async visitor => {
      await visitor.open('/')
      await visitor.reads('Children\'s Services Mapping 2026/27')
      await visitor.open('/cycles/2026-27/summary')
      for (const page of ['/help', '/accessibility', '/cookies', '/privacy', '/sign-in']) await visitor.open(page)
      await visitor.open('/nowhere', { status: 404 })
      await visitor.isOn(/not found/i)
      // Whatever needs a right leads to sign-in first, and says nothing about what is there.
      for (const page of ['/home', '/account', '/cycles', `${blackpool}/services`, `${blackpool}/check-report`, '/cycles/2026-27/organisations/NOBODY/services']) {
        await visitor.open(page)
        await visitor.isOn('Sign in')
      }
    }))

  test(`somebody without rights finds nothing open, ${way}`, () =>
    running.as('eve@example.org', { javascript }, async eve => {
      await eve.reads('nothing')
      for (const page of ['/cycles', '/cycles/new', `${blackpool}/services`, `${blackpool}/check-report`, `${blackpool}/check-report.csv`,
        `${blackpool}/sign-off`, `${blackpool}/participation`, `${blackpool}/participation/reopen`]) {
        await eve.open(page, { status: 403, name: 'refused' })
      }
      await eve.open('/account')
      await eve.reads('You have no role')
    }))

  test(`a regional support worker sees how far the organisations of the region are, ${way}`, () =>
    running.as('ruth@example.org', { javascript }, async ruth => {
      await ruth.follow('Cycles', { within: 'main' })
      await ruth.follow(/2026\/27/)
      assert.equal(await ruth.hasLink('Change the dates'), false)
      assert.equal(await ruth.hasLink('Invite organisations'), false)
      await ruth.open('/cycles/2026-27/organisations')
      await ruth.reads('Blackpool Borough Council')
      await ruth.doesNotRead('Kent County Council')
      await ruth.fill('Name or code', 'Kent')
      await ruth.press('Show')
      await ruth.doesNotRead('Kent County Council')
      await ruth.open(`${blackpool}/participation`)
      for (const action of [/^Nominate/, /declin/i, /reopen/i]) assert.equal(await ruth.hasLink(action), false)
      await ruth.open('/cycles/new', { status: 403, name: 'refused' })
      await ruth.open('/cycles/2026-27/organisations/E10000016/participation', { status: 403, name: 'refused' })
    }))

  test(`a mapping lead does not reach another organisation, ${way}`, () =>
    running.as('tom@example.org', { javascript }, async tom => {
      await tom.open('/cycles/2026-27/organisations/RXL/services')
      await tom.open(`${blackpool}/services`, { status: 403, name: 'refused' })
      await tom.open(`${blackpool}/check-report.csv`, { status: 403, name: 'refused' })
      await tom.open('/cycles', { status: 403, name: 'refused' })
    }))

  test(`with the keyboard alone one skips to the content and walks the task list in order, ${way}`, () =>
    running.as('bea@example.org', { javascript }, async bea => {
      await bea.open(`${blackpool}/services/new`)
      await bea.fill('Name of the service', `Keyboard team ${javascript ? 'A' : 'B'}`)
      await bea.press('Add service')
      await bea.open(bea.path())
      const { page } = bea
      await page.keyboard.press('Tab')
      assert.equal(await focused(page), 'Skip to main content')
      await page.keyboard.press('Enter')
      await page.waitForURL(/#main-content$/)
      const sections = (await page.locator('.govuk-task-list__link').allInnerTexts()).map(text => text.trim())
      assert.ok(sections.length >= 7)
      const walked = []
      for (let steps = 0; steps < 40 && walked.length < sections.length; steps++) {
        await page.keyboard.press('Tab')
        const text = await focused(page)
        if (sections.includes(text)) walked.push(text)
      }
      assert.deepEqual(walked, sections)
      await page.keyboard.press('Enter')
      await page.waitForURL(/\/pages\//)
      await bea.look()
    }))
}

test('a long page of questions can be left and answered with the keyboard alone', () =>
  running.as('bea@example.org', {}, async bea => {
    await bea.open(`${blackpool}/services/new`)
    await bea.fill('Name of the service', 'Enter team')
    await bea.press('Add service')
    await bea.open(`${bea.path()}/pages/ages`)
    await bea.field('From what age does it accept children?').focus()
    await bea.page.keyboard.type('5')
    // Enter means save and continue, never "add a row" or "remove".
    await Promise.all([bea.page.waitForURL(url => !url.pathname.endsWith('/ages')), bea.page.keyboard.press('Enter')])
    await bea.look()
  }))

function focused (page) {
  return page.evaluate(() => document.activeElement?.textContent?.trim())
}
