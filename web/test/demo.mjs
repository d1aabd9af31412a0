// A demo node for tests: its own data folder, a free port, a city that stands still, gone when the test is over.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const at = (path) => fileURLToPath(new URL(path, import.meta.url))

/**
 * Starts the node; resolves with its address and sign-ins once it answers. `data` and `port` of one that was killed
 * bring it back as it was. `moved`: its clock can be put ahead.
 */
export async function startDemo({
  data = mkdtempSync(join(tmpdir(), 'siaga-journey-')),
  port = 0,
  moved = false,
} = {}) {
  if (!existsSync(at('../../src/siaga/edges/web/index.html'))) {
    const { build } = await import('vite')
    await build({ root: at('..'), logLevel: 'warn' })
  }
  const siaga = existsSync(at('../../.venv/bin/siaga')) ? at('../../.venv/bin/siaga') : 'siaga'
  const clock = `${data}-ahead`
  const [program, first] = moved
    ? [existsSync(at('../../.venv/bin/python')) ? at('../../.venv/bin/python') : 'python3', [at('clocked.py')]]
    : [siaga, []]
  const node = spawn(program, [...first, 'demo', '--still', '--json', '--port', `${port}`, '--data', data], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...(moved && { SIAGA_AHEAD: clock }) },
  })
  /** As if so many seconds had passed, counted from the real time; ends when the node's answers say so, a second later. */
  const ahead = async (seconds) => {
    writeFileSync(clock, String(seconds))
    for (let tries = 0; tries < 200; tries++) {
      const said = (await fetch(`${told.address}/health`)).headers.get('date')
      if (Math.abs(Date.parse(said ?? '') - Date.now() - seconds * 1000) < 5000) return
      await new Promise((again) => setTimeout(again, 50))
    }
    throw new Error(`the node is not ${seconds} s ahead`)
  }
  let out = ''
  let err = ''
  node.stderr.on('data', (part) => {
    err = (err + part).slice(-4000)
  })
  const told = await new Promise((resolve, reject) => {
    node.stdout.on('data', (part) => {
      out += part
      const line = out.split('\n').find((one) => one.startsWith('{') && one.includes('"sign_ins"') && one.endsWith('}'))
      if (line) resolve(JSON.parse(line))
    })
    node.on('exit', (code) => reject(new Error(`siaga demo ended (${code}): ${err}`)))
  })
  const stop = () =>
    new Promise((resolve) => {
      if (node.exitCode !== null || node.signalCode !== null) {
        rmSync(data, { recursive: true, force: true })
        rmSync(clock, { force: true })
        return resolve(undefined)
      }
      node.removeAllListeners('exit')
      node.on('exit', () => {
        rmSync(data, { recursive: true, force: true })
        rmSync(clock, { force: true })
        resolve(undefined)
      })
      node.kill('SIGCONT')
      node.kill('SIGTERM')
    })
  /** Power cut: nothing is closed in order, its data stays. */
  const kill = () =>
    new Promise((resolve) => {
      node.removeAllListeners('exit')
      node.on('exit', resolve)
      node.kill('SIGKILL')
    })
  // A node that hangs, or a cable that is out: nothing is torn down, nothing answers.
  const pause = () => node.kill('SIGSTOP')
  const resume = () => node.kill('SIGCONT')
  return { address: told.address, signIns: told.sign_ins, data, stop, kill, pause, resume, ahead }
}
