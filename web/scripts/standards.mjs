// Writes the part of the service's standards that the screens show (types, questions, advice, words) for the page to load.
// The node's TOML files are the source; `--check` fails when the written file is no longer what they say.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const at = (path) => fileURLToPath(new URL(path, import.meta.url))
const out = at('../src/gen/standards.json')
const python = existsSync(at('../../.venv/bin/python')) ? at('../../.venv/bin/python') : 'python3'

const READ = `
import json, pathlib, sys, tomllib
folder = pathlib.Path(sys.argv[1])
read = lambda name: tomllib.loads((folder / f"{name}.toml").read_text("utf-8"))
print(json.dumps({name: read(name) for name in ("incidents", "questions", "advice", "capabilities", "words", "places")}))
`
const ran = spawnSync(python, ['-c', READ, at('../../src/siaga/standards')], { encoding: 'utf8', maxBuffer: 1 << 26 })
if (ran.status !== 0) {
  console.error(ran.stderr)
  process.exit(1)
}
const all = JSON.parse(ran.stdout)

const names = (rows) => Object.fromEntries((rows ?? []).map((row) => [row.id, row.name]))
const kinds = Object.fromEntries(all.incidents.kind.map((kind) => [kind.id, kind]))

const shown = {
  types: all.incidents.type.map((type) => ({
    id: type.id,
    name: type.name,
    letter: type.letter ?? kinds[type.kind].letter,
    kind: type.kind,
    lifeRisk: type.life_risk ?? false,
    watched: type.watched ?? false,
    search: type.search ?? [],
    others: type.others ?? [],
  })),
  ask: all.questions.ask,
  questions: all.questions.question.map((question) => ({
    id: question.id,
    ask: question.ask,
    ...(question.choices && { choices: question.choices }),
    advice: (question.then ?? []).filter((then) => then.advice).map((then) => [then.answer, then.advice]),
  })),
  cards: all.advice.card.map((card) => ({
    id: card.id,
    name: card.name,
    types: card.types ?? [],
    kinds: card.kinds ?? [],
    confirmed: card.confirmed ?? false,
    lines: card.lines,
  })),
  capabilities: names(all.capabilities.capability),
  competences: names(all.capabilities.competence),
  vehicles: names(all.capabilities.vehicle_type ?? all.capabilities.vehicle),
  others: names(all.words.other_agency),
}

const text = `${JSON.stringify(shown)}\n`
if (process.argv.includes('--check')) {
  const fresh = existsSync(out) && readFileSync(out, 'utf8') === text
  console.log(fresh ? 'standards: fresh' : 'standards: src/gen/standards.json is stale, run npm run types')
  process.exit(fresh ? 0 : 1)
}
writeFileSync(out, text)
console.log(`standards: ${shown.types.length} types, ${shown.questions.length} questions, ${shown.cards.length} cards`)
