// Shows the node's own OpenAPI document as a page. Nothing is loaded from elsewhere, and text is only ever set as text.
const make = (tag, text, ...inside) => {
  const node = document.createElement(tag)
  if (text) node.textContent = text
  node.append(...inside)
  return node
}

/** A schema as one would write an example of it. */
function shape(schema, all, depth = 0) {
  if (!schema || depth > 6) return '…'
  if (schema.$ref) return shape(all[schema.$ref.split('/').pop()], all, depth + 1)
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return schema.enum.join(' | ')
  const some = schema.anyOf || schema.oneOf
  if (some) {
    const shapes = some.map((one) => shape(one, all, depth + 1))
    return shapes.every((one) => typeof one === 'string') ? shapes.join(' | ') : shapes[0]
  }
  if (schema.type === 'array') {
    return schema.prefixItems ? schema.prefixItems.map((one) => shape(one, all, depth + 1)) : [shape(schema.items || {}, all, depth + 1)]
  }
  if (schema.properties) {
    const wanted = new Set(schema.required || [])
    return Object.fromEntries(
      Object.entries(schema.properties).map(([name, one]) => [wanted.has(name) ? name : `${name}?`, shape(one, all, depth + 1)]),
    )
  }
  return [schema.type, schema.format].filter(Boolean).join(' ') || '…'
}

const written = (schema, all) => make('pre', JSON.stringify(shape(schema, all), null, 2))

function operation(path, method, op, all) {
  const body = op.requestBody && Object.values(op.requestBody.content)[0].schema
  const answer = op.responses['200'] && op.responses['200'].content && Object.values(op.responses['200'].content)[0].schema
  const shown = make('details', '', make('summary', '', make('b', method.toUpperCase()), make('code', path), make('span', ` ${op.summary || ''}`)))
  shown.append(make('p', op.description || ''))
  const params = (op.parameters || []).filter((one) => one.in === 'query')
  if (params.length) {
    shown.append(make('ul', '', ...params.map((p) => make('li', '', make('code', p.name + (p.required ? '' : '?')), make('span', ` ${JSON.stringify(shape(p.schema, all))}`)))))
  }
  if (body) shown.append(make('p', 'Isi · Body'), written(body, all))
  if (answer) shown.append(make('p', 'Jawaban · Answer'), written(answer, all))
  const codes = Object.keys(op.responses).join(' ')
  shown.append(make('p', codes))
  shown.dataset.text = `${path} ${op.summary || ''} ${op.description || ''}`.toLowerCase()
  return shown
}

async function start() {
  const doors = document.getElementById('doors')
  const answer = await fetch('/api/openapi.json', { credentials: 'same-origin' })
  if (!answer.ok) {
    doors.textContent = 'Silakan masuk. · Please sign in.'
    return
  }
  const doc = await answer.json()
  document.getElementById('about').textContent = doc.info.description
  const all = doc.components.schemas
  for (const tag of doc.tags) {
    const ops = Object.entries(doc.paths).flatMap(([path, methods]) =>
      Object.entries(methods).filter(([, op]) => (op.tags || []).includes(tag.name)).map(([method, op]) => operation(path, method, op, all)),
    )
    if (ops.length) doors.append(make('section', '', make('h2', tag.name), make('p', tag.description), ...ops))
  }
  document.getElementById('find').addEventListener('input', (event) => {
    const wanted = event.target.value.toLowerCase()
    for (const one of doors.querySelectorAll('details')) one.hidden = !one.dataset.text.includes(wanted)
  })
}

start()
