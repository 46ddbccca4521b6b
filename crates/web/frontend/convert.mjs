// Rewrites a Nunjucks template of GOV.UK Frontend so that MiniJinja runs it.
// The two languages differ in spelling; what a component draws is left alone.

// Cuts a template into text, comments, `{{ … }}` and `{% … %}`; braces are counted,
// because `}}` may also close two dictionaries.
function cut (template) {
  const found = []
  let at = 0
  while (at < template.length) {
    const start = template.slice(at).search(/\{[#{%]/)
    if (start < 0) break
    const open = at + start
    if (open > at) found.push({ kind: 'text', text: template.slice(at, open) })
    const kind = { '#': 'comment', '{': 'print', '%': 'tag' }[template[open + 1]]
    const end = closing(template, open, kind)
    found.push({ kind, text: template.slice(open, end) })
    at = end
  }
  if (at < template.length) found.push({ kind: 'text', text: template.slice(at) })
  return found
}

function closing (template, open, kind) {
  if (kind === 'comment') return template.indexOf('#}', open) + 2
  let depth = 0
  let quote = ''
  for (let at = open + 2; at < template.length; at++) {
    const sign = template[at]
    if (quote) {
      if (sign === '\\') at++
      else if (sign === quote) quote = ''
    } else if (sign === '"' || sign === "'") quote = sign
    else if (sign === '{') depth++
    else if (kind === 'tag' && depth === 0 && template.startsWith('%}', at)) return at + 2
    else if (kind === 'print' && depth === 0 && template.startsWith('}}', at)) return at + 2
    else if (sign === '}') depth--
  }
  throw new Error(`no end for: ${template.slice(open, open + 80)}`)
}

// Rewrites the inside of one `{{ … }}` or `{% … %}`; texts in quotes are left alone.
function rewriteExpression (text) {
  const tokens = text.match(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[A-Za-z_]\w*|\d+|\s+|===|!==|==|!=|<=|>=|./gs) ?? []
  const solid = (from, step) => {
    let at = from + step
    while (tokens[at] !== undefined && /^\s+$/.test(tokens[at])) at += step
    return tokens[at]
  }
  return tokens.map((token, at) => {
    const before = solid(at, -1)
    const after = solid(at, 1)
    if (token === '===') return '=='
    if (token === '!==') return '!='
    if (token === '+') return '~'
    if (token === 'elseif') return 'elif'
    if (token === 'null') return 'none'
    if (token === '.' && after === 'length') return '|'
    if (/^[A-Za-z_]/.test(token) && after === ':' && (before === '{' || before === ',')) return `"${token}"`
    return token
  }).join('')
}

// `for name, item in x` walks a dictionary in Nunjucks; MiniJinja must be told.
function rewriteTag (text) {
  if (/^\{%-?\s*from\s/.test(text)) return imports(text)
  const walked = text.match(/^(\{%-?\s*for\s+\w+\s*,\s*\w+\s+in\s+)([\s\S]*?)(\s*-?%\})$/)
  if (walked) return walked[1] + rewriteExpression(walked[2]) + '|pairs' + walked[3]
  return rewriteExpression(text)
}

// Components and attributes are functions for MiniJinja and need no import.
function imports (text) {
  if (text.includes('govukI18nAttributes')) return text.replace(/"[^"]*"/, '"i18n.html"')
  const left = text.startsWith('{%-') ? '-' : ''
  const right = text.endsWith('-%}') ? '-' : ''
  return `{#${left} ${right}#}`
}

const nameSet = (text) => text.match(/^\{%-?\s*set\s+(\w+)/)?.[1]
const startsLoop = (text) => /^\{%-?\s*for\s/.test(text)
const endsLoop = (text) => /^\{%-?\s*endfor\b/.test(text)

// In Nunjucks a `set` inside a loop changes the variable outside it; in MiniJinja
// it ends with the loop, so that such a variable travels in a namespace.
function letLoopsSpeak (parts) {
  const seen = new Set()
  const result = []
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at]
    if (part.kind !== 'tag' || !startsLoop(part.text)) {
      if (part.kind === 'tag' && nameSet(part.text)) seen.add(nameSet(part.text))
      result.push(part)
      continue
    }
    const end = loopEnd(parts, at)
    const loop = parts.slice(at, end + 1)
    const leaking = [...new Set(loop.filter((p) => p.kind === 'tag').map((p) => nameSet(p.text)))]
      .filter((name) => name && seen.has(name))
    result.push(...leaking.map((name) => tag(`{%- set ${name}_kept = namespace(value=${name}) %}`)))
    result.push(...loop.map((p) => leaking.reduce(keep, p)))
    result.push(...leaking.map((name) => tag(`{%- set ${name} = ${name}_kept.value %}`)))
    at = end
  }
  return result
}

function loopEnd (parts, start) {
  let depth = 0
  for (let at = start; at < parts.length; at++) {
    if (parts[at].kind !== 'tag') continue
    if (startsLoop(parts[at].text)) depth++
    if (endsLoop(parts[at].text) && --depth === 0) return at
  }
  throw new Error('a loop without an end')
}

const tag = (text) => ({ kind: 'tag', text })

function keep (part, name) {
  if (part.kind === 'text' || part.kind === 'comment') return part
  return { ...part, text: part.text.replace(new RegExp(`(?<![\\w."'])${name}(?!\\w)`, 'g'), `${name}_kept.value`) }
}

export function convert (template, name) {
  const parts = letLoopsSpeak(cut(template))
  const written = parts.map(({ kind, text }) => {
    if (kind === 'comment') return text.replace(/^\{#(-?)[\s\S]*?(-?)#\}$/, '{#$1 $2#}')
    if (kind === 'print') return rewriteExpression(text)
    if (kind === 'tag') return rewriteTag(text)
    return text
  }).join('')
  return `{# From GOV.UK Frontend (MIT), ${name}; rewritten by build.mjs, do not edit. #}\n${written}`
}
