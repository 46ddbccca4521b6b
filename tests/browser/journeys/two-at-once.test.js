// Two people answer questions about the same service at the same time, and nobody's words are lost.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { story, ways } from '../harness/story.js'

const running = story()
const base = '/cycles/2026-27/organisations/E06000009/services'

/** Adds a service as the mapping lead and answers its address. */
async function addService (options, name) {
  let address
  await running.as('bea@example.org', options, async bea => {
    await bea.open(`${base}/new`)
    await bea.fill('Name of the service', name)
    await bea.press('Add service')
    address = bea.path()
  })
  return address
}

for (const { way, javascript } of ways) {
  test(`two people at once: different questions merge, the same one is asked again, ${way}`, async () => {
    const name = `Lighthouse team ${javascript ? 'A' : 'B'}`
    const address = await addService({ javascript }, name)
    const page = `${address}/pages/management`
    await running.as('bea@example.org', { javascript }, bea =>
      running.as('dan@example.org', { javascript }, async dan => {
        await bea.open(page)
        await dan.open(page)
        await bea.fill('In which year did the service start?', '2014')
        await bea.press('Save and return to the task list')
        await dan.choose('Who manages the service from day to day?', 'This organisation')
        await dan.press('Save and return to the task list')
        await dan.isOn(name)
        await dan.open(page)
        assert.equal(await dan.value('In which year did the service start?'), '2014')
        assert.ok(await dan.group('Who manages the service from day to day?').getByLabel('This organisation', { exact: true }).isChecked())

        await bea.open(page)
        await bea.fill('In which year did the service start?', '2015')
        await bea.press('Save and return to the task list')
        await dan.fill('In which year did the service start?', '2013')
        await dan.press('Save and return to the task list', { status: 409, name: 'pages-conflict' })
        assert.deepEqual(await dan.errors(), ['Choose which answer to keep'])
        await dan.reads(/2,?015/)
        await dan.reads(/2,?013/)
        await dan.choose('In which year did the service start?', /2,?013/)
        await dan.press('Save and return to the task list')
        await dan.isOn(name)
        await dan.open(`${address}/history`)
        for (const year of [/2,?014/, /2,?015/, /2,?013/]) await dan.reads(year)
        await dan.reads('Bea Barnes')
      }))
  })
}
