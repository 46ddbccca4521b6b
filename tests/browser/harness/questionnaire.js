// Answering a service questionnaire page by page, as its manager would.
import assert from 'node:assert/strict'

/** Whether the person is on a page of questions. */
export function isAsked (person) {
  return /\/pages\/[^/]+$/.test(person.path().split('?')[0])
}

/**
 * Goes through a section from its first page until the task list comes back. `answers` says, by the heading of a page,
 * what to do there; pages that it does not name are left empty and saved. Answers the headings of all pages seen.
 */
export async function answerSection (person, title, answers) {
  await person.follow(title, { within: '.govuk-task-list' })
  const headings = []
  while (isAsked(person)) {
    const heading = await person.heading()
    assert.ok(headings.filter(other => other === heading).length < 3, `${heading}: the page comes again and again`)
    headings.push(heading)
    await answers[heading]?.(person)
    if (isAsked(person) && await person.heading() === heading) await person.press('Save and continue')
  }
  return headings
}

/** The states of the sections in the task list, by title. */
export async function sectionStates (person) {
  const states = {}
  for (const item of await person.page.locator('.govuk-task-list__item').all()) {
    const title = (await item.getByRole('link').innerText()).trim()
    states[title] = (await item.locator('.govuk-task-list__status').innerText()).trim()
  }
  return states
}

/** The questions of one row of a table of answers, from 1. */
export function row (person, number) {
  return person.page.getByRole('group', { name: `Row ${number}`, exact: true })
}

/**
 * Makes a question of this page appear by choosing an answer: at once with JavaScript, after saving without. The
 * answer that stands already is typed by then, so saving keeps it.
 */
export async function reveal (person, question, choose) {
  const field = person.field(question)
  assert.equal(await field.count(), 0, `“${question}” is asked before it applies`)
  await choose()
  if (person.javascript) {
    await field.waitFor()
  } else {
    await person.press('Save and continue')
    await person.reads('Your answers brought new questions on this page')
  }
  assert.equal(await field.count(), 1)
}
