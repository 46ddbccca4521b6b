// Starts the components of the page, and those of every part that htmx brings.
import { initAll } from './govuk-frontend.min.js'

document.body.classList.add('js-enabled', 'govuk-frontend-supported')
initAll()

// A part may stand beside components that have been started, which say so and are left alone.
function leaveStarted (error) {
  if (error?.name !== 'InitError') console.error(error)
}

document.addEventListener('htmx:after:process', (event) => {
  const part = event.target
  if (part instanceof Element && part !== document.body) {
    initAll({ scope: part.parentElement ?? part, onError: leaveStarted })
  }
})

// Print buttons need a script, so they are hidden until there is one.
for (const control of document.querySelectorAll('[data-print]')) {
  control.hidden = false
  control.addEventListener('click', () => window.print())
}
