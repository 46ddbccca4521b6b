// The whole of a cycle: the national team plans it, a mapping lead registers and sets up, a service manager answers,
// the lead signs off, the national team reopens, and the lead signs off again.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { lastLetter, linkIn } from './letters.js'
import { demonstration } from './output.js'
import { answerSection, sectionStates } from './questionnaire.js'
import { chapters, story } from './story.js'
import { answerEverything } from './whole-questionnaire.js'

const password = 'gravel teapot lantern'
const { key, code, organisation, declining } = {
  key: 'journey',
  code: 'E06000009',
  organisation: 'Blackpool Borough Council',
  declining: 'E06000008'
}

/** The chapters of the story; each needs what the one before left. */
export function wholeCycle ({ javascript }) {
  const running = story()
  const way = javascript ? 'with JavaScript' : 'without JavaScript'
  const base = `/cycles/${key}/organisations/${code}`
  const lead = { name: 'Bella Brook', email: 'bella@example.org' }
  const manager = { name: 'Cora Clay', email: 'cora@example.org' }
  const chapter = chapters()
  const asAlice = work => running.as('alice@example.org', { javascript }, work)
  const asOne = (who, work) => running.visitor({ javascript }, async person => {
    await person.signIn(who.email, password)
    assert.equal(person.path(), '/home')
    await work(person)
  })

  chapter(`the national team plans a cycle, is told what is wrong, and opens it, ${way}`, () => asAlice(async alice => {
    await alice.follow('Cycles')
    await alice.follow('Plan a cycle')
    await alice.press('Plan the cycle', { name: 'cycles-new-errors' })
    assert.ok((await alice.errors()).length >= 5)
    await alice.fill('Name', `Journey ${key}`)
    await alice.fill('Short name for addresses', key)
    await alice.fill('Financial year of the money asked for', '2026/27')
    await alice.fillDate('Opening date', day(-1))
    await alice.fillDate('Checking date', day(60))
    await alice.fillDate('Closing date', day(-30))
    await alice.fillDate('Publication date', day(150))
    await alice.fillDate('Census date', day(7))
    await alice.field('Questionnaire for services').selectOption({ index: 1 })
    await alice.press('Plan the cycle', { name: 'cycles-new-errors-dates' })
    const errors = await alice.errors()
    assert.equal(errors.length, 1, errors.join('; '))
    assert.equal(await alice.value('Name'), `Journey ${key}`)
    await alice.fillDate('Closing date', day(90))
    await alice.press('Plan the cycle')
    await alice.isOn(`Journey ${key}`)
    await alice.reads(inWords(day(90)))
    await alice.follow(/^Open/)
    await alice.press(/^Open/)
    await alice.isOn(`Journey ${key}`)
  }))

  chapter(`the national team invites, nominates, notes who declines, and sees progress, ${way}`, () => asAlice(async alice => {
    await alice.open(`/cycles/${key}`)
    await alice.follow('Invite organisations')
    await alice.press('Invite', { name: 'organisations-invite-errors' })
    assert.equal((await alice.errors()).length, 1)
    for (const box of await alice.page.getByRole('checkbox').all()) await box.check()
    await alice.press('Invite')
    await alice.open(`/cycles/${key}/organisations`)
    await alice.fill('Name or code', code)
    await alice.press('Show')
    await alice.follow(organisation)
    await alice.isOn(organisation)
    await alice.follow(/^Nominate/)
    await alice.fill('Full name', lead.name)
    await alice.fill('Email address', 'not an address')
    await alice.press('Nominate and send the link', { name: 'participation-nominate-errors' })
    assert.equal((await alice.errors()).length, 2)
    assert.equal(await alice.value('Full name'), lead.name)
    await alice.fill('Post', 'Head of early help')
    await alice.fill('Email address', lead.email)
    await alice.press('Nominate and send the link')
    await alice.isOn(organisation)
    await alice.reads(lead.name)
    await alice.reads('Nominated')

    await alice.open(`/cycles/${key}/organisations/${declining}/participation`)
    await alice.follow(/declin/i)
    await alice.press('Record it', { name: 'participation-decline-errors' })
    assert.equal((await alice.errors()).length, 1)
    await alice.page.getByRole('textbox').fill('It has no services for children this year.')
    await alice.press('Record it')
    await alice.reads('It has no services for children this year.')

    await alice.open(`/cycles/${key}`)
    await alice.reads('Declined')
  }))

  chapter(`the mapping lead registers with the link in the letter, which works once, ${way}`, async () => {
    const link = linkIn(await lastLetter(running, lead.email, `Register as mapping lead for ${organisation}`))
    await running.visitor({ javascript }, async bella => {
      await bella.open(link)
      await bella.isOn('Create your account')
      await bella.fill('Full name', '')
      await bella.fill('Password', 'password1234')
      await bella.press('Create your account', { name: 'register-errors' })
      assert.ok((await bella.errors()).length >= 1)
      await bella.fill('Full name', lead.name)
      await bella.fill('Password', password)
      await bella.press('Create your account')
      assert.equal(bella.path(), '/home')
      await bella.follow(new RegExp(organisation))
      await bella.isOn(organisation)
    })
    await running.visitor({ javascript }, async stranger => {
      await stranger.open(link, { status: 422, name: 'register-used' })
      await stranger.reads('This link does not work')
    })
  })

  chapter(`five teams come from a spreadsheet, and the check report adds them up, ${way}`, () => asOne(lead, async bella => {
    await bella.open(`${base}/services`)
    await bella.follow('Read services from a spreadsheet')
    await bella.look('import')
    const sheet = readFileSync(join(demonstration, 'five-teams.csv'), 'utf8')
    await bella.press('Check the file', { name: 'import-errors' })
    assert.equal((await bella.errors()).length, 1)
    await checkFile(bella, sheet.replace('3.500', 'lots'))
    await bella.look('import-faults')
    await bella.reads('staff[1].wte')
    await bella.open(`${base}/import`)
    await checkFile(bella, sheet)
    await bella.look('import-preview')
    await bella.reads('Synthetic team 5')
    await bella.press('Import 5 services')
    await bella.page.getByRole('heading', { level: 1, name: /import/i }).waitFor()
    await bella.page.getByRole('link', { name: 'See your services' }).waitFor({ timeout: 20000 })
    await bella.look('import-done')
    await bella.open(`${base}/services`)
    await bella.reads('Synthetic team 1')
    await bella.follow('Check report')
    const total = await bella.page.locator('tfoot').innerText()
    for (const figure of ['5', '61.650', '£2,614,760', '803']) {
      assert.ok(total.split(/\s+/).includes(figure), `${figure} is not among the totals: ${total}`)
    }
    for (const kind of ['CSV', 'Excel', 'JSON']) {
      const [file] = await Promise.all([bella.page.waitForEvent('download'),
        bella.page.getByRole('link', { name: kind, exact: true }).click()])
      const bytes = readFileSync(await file.path())
      if (kind === 'CSV') assert.match(bytes.toString(), /61\.650/)
      if (kind === 'JSON') JSON.parse(bytes.toString())
      if (kind === 'Excel') assert.equal(bytes.subarray(0, 2).toString(), 'PK')
    }
  }))

  chapter(`services are added by hand and from last year, ${way}`, () => asOne(lead, async bella => {
    await bella.open(`${base}/services`)
    await bella.follow('Add a service by hand')
    await bella.press('Add service', { name: 'services-new-errors' })
    assert.equal((await bella.errors()).length, 1)
    await bella.fill('Name of the service', 'Evening youth hub')
    await bella.fill('Your reference (optional)', 'HAND-1')
    await bella.press('Add service')
    await bella.isOn('Evening youth hub')
    const states = await sectionStates(bella)
    assert.ok(Object.values(states).includes('Not started'), JSON.stringify(states))

    await bella.open(`${base}/services`)
    await bella.follow('Bring services from last year')
    const boxes = bella.page.getByRole('checkbox')
    assert.ok(await boxes.count() > 1)
    for (const box of await boxes.all()) await box.uncheck()
    await bella.press('Bring these services', { name: 'services-from-last-year-errors' })
    assert.equal((await bella.errors()).length, 1)
    for (const box of await boxes.all()) await box.uncheck()
    await boxes.first().check()
    await bella.press('Bring these services')
    await bella.isOn(organisation)
    await bella.reads(/of \d+ services are complete/)
  }))

  chapter(`sign-off is refused with reasons, and the lead invites the manager of the service, ${way}`, () => asOne(lead, async bella => {
    await bella.open(`${base}/sign-off`)
    await bella.reads('Before you can sign off')
    await bella.reads('Evening youth hub')
    assert.equal(await bella.page.getByRole('button', { name: 'Sign off' }).count(), 0)
    await bella.open(`${base}/colleagues/new`)
    await bella.press('Send invitation', { name: 'colleagues-new-errors' })
    assert.ok((await bella.errors()).length >= 3)
    await bella.fill('Name', manager.name)
    await bella.fill('Email address', manager.email)
    await bella.choose('What will they do?', 'Service manager')
    await bella.field('For a service manager: which service?')
      .selectOption({ label: 'Evening youth hub (HAND-1)' })
    await bella.press('Send invitation')
    await bella.reads(`An invitation has been sent to ${manager.name}`)
  }))

  chapter(`the manager registers, sees one service only, and answers everything about it, ${way}`, async () => {
    const link = linkIn(await lastLetter(running, manager.email, `Journey ${key}: you are asked to help`))
    await running.visitor({ javascript }, async cora => {
      await cora.open(link)
      await cora.fill('Full name', manager.name)
      await cora.fill('Password', password)
      await cora.press('Create your account')
      await cora.isOn('Home')
      await cora.doesNotRead('Synthetic team 1')
      await cora.follow(/Evening youth hub/, { within: 'main' })
      await cora.isOn('Evening youth hub')
      assert.equal(await cora.hasLink('All services of the organisation'), false)
      await cora.open(`${base}/services`, { status: 403, name: 'refused' })
      await cora.open(`${base}/check-report`, { status: 403, name: 'refused' })
      await cora.open('/home')
      await cora.follow(/Evening youth hub/, { within: 'main' })
      await answerEverything(cora, manager.name)
    })
  })

  chapter(`sign-off asks for the declaration, seals, and a receipt comes by letter, ${way}`, async () => {
    await asOne(lead, async bella => {
      await lookAtCarried(bella, base)
      await bella.open(`${base}/sign-off`)
      await bella.press('Sign off', { name: 'sign-off-errors' })
      assert.equal((await bella.errors()).length, 1)
      await bella.page.getByRole('checkbox').check()
      await bella.press('Sign off')
      await bella.isOn(/Signed off/)
      await bella.reads('Revision 1')
      await bella.reads(/[0-9a-f]{64}/)
      // Nothing can be changed any more.
      await bella.open(`${base}/services`)
      await bella.follow('Evening youth hub')
      await bella.reads(/signed off/i)
      await bella.follow('About the service')
      assert.equal(await bella.page.getByRole('button', { name: 'Save and continue' }).count(), 0)
      assert.equal(await bella.page.getByRole('textbox').count(), 0)
    })
    const receipt = await lastLetter(running, lead.email, new RegExp('sign', 'i'))
    assert.match(receipt, /[0-9a-f]{64}/)
  })

  chapter(`the national team reopens with a reason, and the lead signs off a second revision, ${way}`, async () => {
    await asAlice(async alice => {
      await alice.open(`${base}/participation`)
      await alice.follow(/^Reopen/)
      await alice.press(/^Reopen/, { name: 'participation-reopen-errors' })
      assert.equal((await alice.errors()).length, 1)
      await alice.page.getByRole('textbox').fill('The caseload of one service was wrong.')
      await alice.press(/^Reopen/)
      await alice.reads('Reopened')
    })
    assert.match(await lastLetter(running, lead.email, `Returns reopened: ${organisation}`), /The caseload of one service was wrong/)
    await asOne(lead, async bella => {
      await bella.open(`${base}/services`)
      await bella.follow('Evening youth hub')
      await answerSection(bella, 'Activity and caseload', {
        Caseload: () => bella.fill('How many people are on the caseload?', '97')
      })
      await bella.open(`${base}/sign-off`)
      await bella.page.getByRole('checkbox').check()
      await bella.press('Sign off')
      await bella.reads('Revision 2')
      await bella.reads('Revision 1')
    })
  })
}

/** A day so many days from today. The cycle opens after that of the demonstration, so that it is the current one. */
function day (offset) {
  return new Date(Date.now() + offset * 86400000).toISOString().slice(0, 10)
}

function inWords (iso) {
  return new Date(iso).toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' })
}

/** Sends a file to be checked, and waits for what the check says. */
async function checkFile (person, text) {
  await person.page.getByLabel('Your file').setInputFiles({ name: 'five-teams.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })
  await person.page.getByRole('button', { name: 'Check the file' }).click()
  await person.page.getByRole('heading', { level: 2, name: /What is wrong|What the file changes/ }).first().waitFor({ timeout: 20000 })
}

/** Opens and saves a section of every service that nobody has looked at since it came from last year. */
async function lookAtCarried (person, base) {
  await person.open(`${base}/services`)
  const rows = person.page.locator('tbody tr').filter({ hasText: 'Not started' })
  assert.equal(await rows.count(), 1)
  await person.going(() => rows.first().getByRole('link').click())
  await person.reads(/carried from the cycle before/)
  await answerSection(person, 'About the service', {})
  await person.open(`${base}/services`)
  assert.equal(await rows.count(), 0)
  await person.reads('7 of 7 services are complete')
}
