// Turns GOV.UK Frontend's styles into ours: the same components without what is
// reserved for GOV.UK (its typeface, crest, crown, logotype and colours).

const reservedSelectors = /govuk-footer__(copyright-logo|crown|licence-logo)|govuk-header(?![\w])|govuk-header__/

// Cuts a style sheet into rules; a rule is its head and, in braces, its body.
function rules (css) {
  const found = []
  let depth = 0
  let start = 0
  let brace = 0
  for (let at = 0; at < css.length; at++) {
    if (css[at] === '{' && depth++ === 0) brace = at
    if (css[at] === ';' && depth === 0) {
      found.push({ head: css.slice(start, at + 1), body: null })
      start = at + 1
    }
    if (css[at] === '}' && --depth === 0) {
      found.push({ head: css.slice(start, brace), body: css.slice(brace + 1, at) })
      start = at + 1
    }
  }
  return found
}

// Splits a selector list at its outer commas.
function selectors (head) {
  return head.split(/,(?![^(]*\))/)
}

function strip (css) {
  const kept = []
  for (const { head, body } of rules(css)) {
    if (body === null) kept.push(head)
    else if (head.trim().startsWith('@font-face')) continue
    else if (/^@(media|supports)/.test(head)) {
      const inner = strip(body)
      if (inner) kept.push(`${head}{${inner}}`)
    } else {
      const names = selectors(head).filter((name) => !reservedSelectors.test(name))
      if (names.length > 0) kept.push(`${names.join(',')}{${body}}`)
    }
  }
  return kept.join('')
}

export function rebrand (css, brandText) {
  const brand = JSON.parse(brandText)
  // Comments go first: what they say is in licences.txt.
  let own = strip(css.replace(/\/\*[\s\S]*?\*\//g, ''))
  own = own.replaceAll('GDS Transport,arial,sans-serif', brand.typeface)
  for (const [theirs, ours] of Object.entries(brand.colours)) {
    const whole = new RegExp(`${theirs}\\b`, 'gi')
    if (!whole.test(own)) throw new Error(`the styles no longer use ${theirs}: look at brand.json again`)
    own = own.replace(whole, ours)
  }
  for (const word of ['GDS Transport', '@font-face', 'url(', 'crest', 'crown', 'logotype']) {
    if (own.includes(word)) throw new Error(`the styles still have "${word}"`)
  }
  return own
}
