// A file of journeys: one program with one folder, one browser, and people who come and go.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startBrowser } from './browser.js'
import { Person } from './person.js'
import { startProgram } from './program.js'

/** Starts program and browser before the first journey of the file and stops them after the last. */
export function story () {
  const running = {}
  before(async () => {
    running.browser = await startBrowser()
    running.program = await startProgram()
  })
  after(async () => {
    await running.browser?.close()
    await running.program?.stop()
  })
  return {
    get program () { return running.program },

    /** Somebody opens a browser; `work` is what they do there. */
    async visitor (options, work) {
      const person = await Person.at(running.browser, running.program.address, options)
      await keepingPicture(person, work)
      return person.leave()
    },

    /** Somebody of the demonstration signs in, does `work`, and leaves. */
    async as (email, options, work) {
      await this.visitor(options, async person => {
        await person.signIn(email, running.program.password)
        assert.equal(person.path(), '/home', `${email} could not sign in`)
        await work(person)
      })
    },

    /** Two browsers side by side. */
    async person (options) {
      return Person.at(running.browser, running.program.address, options)
    }
  }
}

async function keepingPicture (person, work) {
  try {
    await work(person)
  } catch (error) {
    error.message += `\nat ${person.page.url()}\n${await person.text().catch(() => '')}`
    throw error
  }
}

/** A story whose chapters build on each other: after one that fails, the rest is left out. */
export function chapters () {
  let failed
  return (name, work) => test(name, async context => {
    if (failed) return context.skip(`after “${failed}” failed`)
    failed = name
    await work()
    failed = undefined
  })
}

/** Both ways in which people meet the pages. */
export const ways = [
  { way: 'with JavaScript', javascript: true },
  { way: 'without JavaScript', javascript: false }
]
