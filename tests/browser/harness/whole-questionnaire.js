// The whole service questionnaire, answered as the manager of a mental health team would, mistakes included.
import assert from 'node:assert/strict'
import { answerSection, reveal, row, sectionStates } from './questionnaire.js'

/** Answers every section of the service whose task list is open; `who` is the name that the history must show. */
export async function answerEverything (person, who) {
  const name = await person.heading()
  const address = person.path()
  const before = await sectionStates(person)
  assert.ok(Object.keys(before).length >= 7)

  await answerSection(person, 'About the service', {
    'Name of the service': async () => {
      await reveal(person, 'Describe the change', () => person.choose('What has changed since last year?', 'It has a new name'))
      await person.fill('Describe the change', 'Formerly the Pier team')
    },
    'Field of work': () => person.choose('Which field does the service mainly work in?', 'Health'),
    'Type of service': async () => {
      // Only the types of the chosen field are offered.
      const types = await person.field('What type of service is it?').locator('option').allInnerTexts()
      assert.ok(types.some(type => /mental health/i.test(type)), types.join(', '))
      await person.field('What type of service is it?').selectOption('camhs')
    },
    'Level of help': async () => {
      await person.choose('Which level of help does the service mainly give?', 'Specialist')
      await person.choose('Does it work at more than one level?', 'Yes')
    },
    'Share of work at each level': async () => {
      await person.fill('Universal', '20')
      await person.fill('Targeted', '30')
      await person.fill('Specialist', '40')
      await person.press('Save and continue', { name: 'pages-shares-errors' })
      assert.deepEqual(await person.errors(), ['Change the shares so that universal, targeted and specialist together make 100'])
      await person.fill('Specialist', '50')
    }
  })
  await person.isOn(name)

  const purpose = await answerSection(person, 'What it does and for whom', {
    'What the service does': async () => {
      await person.fill('Describe the service for the public', 'Too short')
      await person.press('Save and continue', { name: 'pages-what-errors' })
      assert.deepEqual(await person.errors(), ['Use between 30 and 2,000 characters to describe the service'])
      assert.equal(await person.value('Describe the service for the public'), 'Too short')
      await person.fill('Describe the service for the public', 'Helps children and young people who are troubled, and those who care for them.')
    },
    Ages: async () => {
      await person.fill('From what age does it accept children?', '5')
      await person.fill('Up to what age?', '17')
    },
    'Mental health': () => person.choose('Is this a child and adolescent mental health service', 'Yes'),
    'Tiers of mental health work': () => person.tick('At which CAMHS tiers does it work?', /^Tier 2/, /^Tier 4/),
    'Tier 4 work': async () => {
      await reveal(person, 'Number of beds', () => person.tick('Which forms of tier 4 care does it give?', 'Hospital ward'))
      await person.fill('Number of beds', '12')
    }
  })
  for (const page of ['Mental health', 'Tiers of mental health work', 'Tier 4 work', 'Outcome measures']) {
    assert.ok(purpose.includes(page), `${page} is asked of a mental health service: ${purpose.join(', ')}`)
  }
  assert.ok(!purpose.includes('Tier 1 work'), 'tier 1 is not asked where it was not chosen')

  // Answering no takes those pages out again.
  const withoutTiers = await answerSection(person, 'What it does and for whom', {
    'Mental health': () => person.choose('Is this a child and adolescent mental health service', 'No')
  })
  assert.ok(!withoutTiers.includes('Tiers of mental health work'), withoutTiers.join(', '))
  await answerSection(person, 'What it does and for whom', {
    'Mental health': () => person.choose('Is this a child and adolescent mental health service', 'Yes')
  })

  await answerSection(person, /^Where it works/, {
    'Main site': async () => {
      await person.fill('Postcode', 'nowhere')
      await person.press('Save and continue', { name: 'pages-site-errors' })
      assert.deepEqual(await person.errors(), ['Enter a full UK postcode, for example FY1 1AA'])
      await person.fill('Postcode', 'FY1 1AA')
    }
  })
  await answerSection(person, /^How people get help/, {})
  await answerSection(person, 'Staff', {
    'Paid staff and volunteers': () => person.choose('Does the service have paid staff?', 'Yes'),
    'Staff by profession': async () => {
      for (const [index, [profession, wte]] of [['Social worker', '2.250'], ['Family support worker', '1.5'], ['Mental health nurse', '3.500']].entries()) {
        if (await row(person, index + 1).count() === 0) await person.press(/^Add (a|another) row/, { name: 'pages-staff-rows' })
        await row(person, index + 1).getByLabel('Profession').selectOption({ label: profession })
        await row(person, index + 1).getByLabel('Staff in post').fill(wte)
      }
      await person.press('Remove row 2')
      assert.equal(await row(person, 3).count(), 0)
      assert.equal(Number(await row(person, 2).getByLabel('Staff in post').inputValue()), 3.5)
      await row(person, 2).getByLabel('Staff in post').fill('3.50001')
      await person.press('Save and continue', { name: 'pages-staff-errors' })
      assert.match((await person.errors())[0], /decimal places/)
      await row(person, 2).getByLabel('Staff in post').fill('3.500')
    },
    'All staff together': async () => {
      await person.reads(/Staff in post: 5\.750? WTE/)
      await person.choose('Is everybody who is paid for working here listed?', 'Yes')
    }
  })
  await answerSection(person, 'Activity and caseload', {
    Period: async () => {
      await person.fillDate('First day of the period', '2025-10-01')
      await person.fillDate('Last day of the period', '2025-09-30')
      await person.press('Save and continue', { name: 'pages-period-errors' })
      assert.deepEqual(await person.errors(), ['Enter a date that is not before the first day of the period'])
      await person.fillDate('Last day of the period', '2026-09-30')
    },
    Caseload: async () => {
      await reveal(person, 'How many people are on the caseload?', () =>
        person.choose('Can you say where the people on the caseload live?', 'No'))
      await person.fill('How many people are on the caseload?', '96')
    }
  })
  await answerSection(person, 'Cost and funding', {
    'Cost of the service': async () => {
      await person.fill('Staff', '220320')
      await person.fill('Other running costs', '12000.50')
      await person.fill('Premises', '8000')
      await person.fill('Total', '250000')
      await person.press('Save and continue', { name: 'pages-amounts-errors' })
      const [error] = await person.errors()
      assert.match(error, /The total must equal staff, other running costs and premises together, which make £240,?320\.50?/)
      assert.match(await person.value('Total'), /^250000/)
      assert.match(await person.value('Staff'), /^220320/)
      await person.fill('Total', '240320.50')
    }
  })
  await answerSection(person, 'Directory and notes', {})

  await person.isOn(name)
  const after = await sectionStates(person)
  for (const [title, state] of Object.entries(after)) assert.ok(['Completed', 'Not started'].includes(state), `${title}: ${state}`)
  await person.reads('Everything required is answered')
  await person.follow('Check your answers')
  await person.reads('Everything required is answered')
  await person.reads('£240,320.50')
  await person.reads('3.500')
  await person.doesNotRead('Family support worker')
  await person.open(`${address}/history`)
  await person.reads(who)
  await person.reads('240,320.50')
  await person.reads('Other running costs')
}
