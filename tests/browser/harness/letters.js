// Letters, read as people of the demonstration read them: on the pages that show what would have been sent.

/** The newest letter to this address with this subject, as text. */
export async function lastLetter (running, email, subject) {
  let letter
  await running.as('eve@example.org', {}, async reader => {
    await reader.open('/outbox')
    const named = { name: subject, exact: typeof subject === 'string' }
    const line = reader.page.locator('tbody tr').filter({ hasText: email })
      .filter({ has: reader.page.getByRole('link', named) })
    await reader.going(() => line.first().getByRole('link', named).click(), 'outbox-letter')
    letter = await reader.page.locator('.csm-letter').innerText()
  })
  return letter
}

/** The path of the one link in a letter. */
export function linkIn (letter) {
  const found = letter.match(/https?:\/\/[^\s/]+(\/\S+)/)
  if (!found) throw new Error(`there is no link in the letter:\n${letter}`)
  return found[1]
}
