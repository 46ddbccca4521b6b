// Marks the page as scripted, starts the components, and starts them again in what htmx brings.
import { initAll } from './govuk-frontend.min.js'

document.body.classList.add('js-enabled', 'govuk-frontend-supported')
initAll()

document.addEventListener('htmx:after:swap', (event) => {
  const target = event.detail?.ctx?.target
  initAll(target instanceof Element ? target : document.body)
})

// Print buttons need a script, so they are hidden until there is one.
document.addEventListener('click', (event) => {
  const control = event.target.closest?.('[data-print]')
  if (control) {
    event.preventDefault()
    window.print()
  }
})

for (const control of document.querySelectorAll('[data-print]')) {
  control.hidden = false
}
