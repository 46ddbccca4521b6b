// A person and their account: password, second step, forgotten password, and what slows down those who guess.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { oneTimeCode } from '../harness/one-time-code.js'
import { lastLetter, linkIn } from '../harness/letters.js'
import { story, ways } from '../harness/story.js'

const running = story()
const newPassword = 'lantern gravel teapot'

// Each way has somebody of its own, because both change a password.
const people = { true: 'lena@example.org', false: 'tom@example.org' }

for (const { way, javascript } of ways) {
  const email = people[javascript]

  test(`a wrong password is refused, and the page says so, ${way}`, () =>
    running.visitor({ javascript }, async person => {
      await person.signIn(email, 'not the password')
      assert.match((await person.errors())[0], /email address or password is not right/)
      assert.equal(await person.value('Email address'), email)
      assert.equal(await person.value('Password'), '')
    }))

  test(`a password is changed, and a weak one is refused, ${way}`, () =>
    running.as(email, { javascript }, async person => {
      await person.follow('Account')
      await person.isOn('Your account')
      await person.follow(/Change\s*password/)
      await person.fill('Current password', running.program.password)
      await person.fill('New password', 'password')
      await person.press('Change the password', { name: 'account-password-errors' })
      assert.equal((await person.errors()).length, 1)
      await person.fill('Current password', running.program.password)
      await person.fill('New password', newPassword)
      await person.press('Change the password')
      await person.isOn('Your account')
      await person.signOut()
      await person.signIn(email, running.program.password)
      assert.equal((await person.errors()).length, 1)
      await person.signIn(email, newPassword)
      assert.equal(person.path(), '/home')
    }))

  test(`a second step asks for a code at sign-in, ${way}`, () =>
    running.visitor({ javascript }, async person => {
      await person.signIn(email, newPassword)
      await person.open('/account/second-step')
      const secret = await person.page.locator('code').innerText()
      await person.fill('Code', '12345')
      await person.press('Turn on the second step', { name: 'account-second-step-errors' })
      assert.equal((await person.errors()).length, 1)
      // The same secret is still there: whoever mistyped need not start again.
      assert.equal(await person.page.locator('code').innerText(), secret)
      const enrolledWith = oneTimeCode(secret)
      await person.fill('Code', enrolledWith)
      await person.press('Turn on the second step')
      await person.isOn('Your account')
      await person.signOut()

      await person.signIn(email, newPassword)
      await person.isOn('Enter your code')
      await person.fill('Code', '000000')
      await person.press('Continue', { name: 'sign-in-code-errors' })
      assert.equal((await person.errors()).length, 1)
      // A code works once; the one of the next half minute is accepted already, so nobody has to wait for it.
      await person.fill('Code', enrolledWith)
      await person.press('Continue')
      assert.equal((await person.errors()).length, 1)
      await person.fill('Code', oneTimeCode(secret, Date.now() + 30000))
      await person.press('Continue')
      assert.equal(person.path(), '/home')

      await person.open('/account/second-step/remove')
      await person.fill('Password', newPassword)
      await person.press('Remove the second step')
      await person.isOn('Your account')
    }))

  test(`a forgotten password is reset by letter, once, ${way}`, async () => {
    await running.visitor({ javascript }, async person => {
      await person.open('/sign-in')
      await person.follow('Reset your password')
      await person.fill('Email address', email)
      await person.press('Send the link')
      await person.isOn('Check your email')
    })
    const link = linkIn(await lastLetter(running, email, 'Choose a new password'))
    await running.visitor({ javascript }, async person => {
      await person.open(link)
      await person.isOn('Choose a new password')
      await person.fill('New password', 'short')
      await person.press('Save the new password', { name: 'reset-password-errors' })
      assert.equal((await person.errors()).length, 1)
      await person.fill('New password', `${newPassword} again`)
      await person.press('Save the new password')
      assert.equal(person.path(), '/sign-in')
      await person.signIn(email, `${newPassword} again`)
      assert.equal(person.path(), '/home')
      await person.open(link, { status: 422, name: 'reset-password-used' })
    })
  })
}

test('whoever guesses has to wait, and is told how long', () =>
  running.visitor({}, async person => {
    await person.open('/sign-in')
    let said = ''
    for (let tries = 0; tries < 6; tries++) {
      await person.fill('Email address', 'dee@example.org')
      await person.fill('Password', `a guess ${tries}`)
      await person.press('Sign in')
      said = await person.text()
    }
    assert.match(said, /wait|too many/i)
    assert.match(said, /second|minute/i)
  }))

test('somebody sees where they have signed in and can end it', () =>
  running.as('ivy@example.org', {}, async person => {
    await running.as('ivy@example.org', {}, async elsewhere => {
      await person.open('/account')
      await person.press(/^Sign out .*last used/, { within: 'main' })
      await elsewhere.open('/home')
      await elsewhere.isOn('Sign in')
    })
    await person.open('/account')
    await person.press('Sign out everywhere')
    await person.isOn('Sign in')
  }))
