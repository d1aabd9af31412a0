// A real Chromium for tests on a machine that has none: npm's @sparticuz/chromium, driven by playwright-core.
// SIAGA_BROWSER names another Chromium to use instead. Nothing here needs root or a system package.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import chromium, { inflate } from '@sparticuz/chromium'
import { chromium as playwright } from 'playwright-core'

const PARTS = ['chromium.br', 'swiftshader.tar.br', 'fonts.tar.br', 'al2023.tar.br']

// Flags of the package that make the browser another one than people use: one process for everything (it takes the
// whole browser down with one page), and no same-origin policy (a page that calls elsewhere would pass unnoticed).
const DROPPED =
  /^--(single-process|no-zygote|disable-web-security|allow-running-insecure-content|disable-site-isolation-trials|headless|disable-features)/

// Where there is no graphics chip the package plays one on the processor (SwiftShader): 280 ms of both cores for a card
// that changed, fourteen times what the page itself costs. A browser of people draws without it there, and so does this
// one; only the map, which cannot, still uses it.
const ADDED = ['--disable-gpu-compositing']

/** The folder of the package, wherever npm has put it. */
function packageFolder() {
  const entry = createRequire(import.meta.url).resolve.paths('@sparticuz/chromium') ?? []
  const folder = entry.map((modules) => join(modules, '@sparticuz', 'chromium')).find((it) => existsSync(it))
  if (!folder) throw new Error('@sparticuz/chromium is not installed: run npm ci in web/')
  return folder
}

/** Where the unpacked browser is kept: beside the package, or among the temporary files when that is read-only. */
function shelf(name) {
  const beside = join(dirname(dirname(packageFolder())), '.cache', 'siaga-browser')
  try {
    mkdirSync(beside, { recursive: true })
    const probe = mkdtempSync(join(beside, 'probe-'))
    rmSync(probe, { recursive: true })
    return join(beside, name)
  } catch {
    return join(tmpdir(), `siaga-browser-${process.getuid?.() ?? 0}`, name)
  }
}

// Fonts of the machine if it has any, and the package's own in any case: a bare machine would draw no text.
const FONT_SETTINGS = `<?xml version="1.0"?>
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`

/** Unpacks the browser once. Test processes may start at the same time: each unpacks apart, the first rename wins. */
async function unpacked() {
  const source = packageFolder()
  const { version } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'))
  const home = shelf(version)
  if (existsSync(join(home, 'complete'))) return home
  mkdirSync(dirname(home), { recursive: true })
  const apart = mkdtempSync(join(dirname(home), 'unpacking-'))
  const before = process.env.TMPDIR
  try {
    process.env.TMPDIR = apart // the package unpacks into the folder for temporary files
    await Promise.all(PARTS.map((part) => inflate(join(source, 'bin', part))))
    writeFileSync(join(apart, 'fonts.conf'), FONT_SETTINGS)
    writeFileSync(join(apart, 'complete'), '')
    renameSync(apart, home)
  } catch (error) {
    if (!existsSync(join(home, 'complete'))) throw error // otherwise another process was quicker: use its copy
  } finally {
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
    rmSync(apart, { recursive: true, force: true })
  }
  return home
}

/** True if the dynamic loader finds every library the program needs. */
function complete(program, env) {
  const said = spawnSync('ldd', [program], { env, encoding: 'utf8' })
  return said.status === 0 && !said.stdout.includes('not found')
}

/** The program and the environment to start it with: the package's own NSS only where the machine has none. */
async function browser() {
  if (process.env.SIAGA_BROWSER) return { program: process.env.SIAGA_BROWSER, env: { ...process.env } }
  const home = await unpacked()
  const program = join(home, 'chromium')
  const env = { ...process.env, FONTCONFIG_FILE: join(home, 'fonts.conf') }
  if (!complete(program, env)) {
    env.LD_LIBRARY_PATH = [join(home, 'al2023', 'lib'), env.LD_LIBRARY_PATH].filter(Boolean).join(':')
  }
  return { program, env }
}

/**
 * Starts Chromium and gives playwright's Browser; close it when done. With `userDataDir` it gives a persistent
 * context instead (service worker and IndexedDB survive a restart). Other options go to playwright as they are.
 */
export async function launch({ userDataDir, args = [], ...options } = {}) {
  const { program, env } = await browser()
  const settings = {
    executablePath: program,
    headless: true,
    env,
    args: [...chromium.args.filter((flag) => !DROPPED.test(flag)), ...ADDED, ...args],
    ...options,
  }
  return userDataDir ? playwright.launchPersistentContext(userDataDir, settings) : playwright.launch(settings)
}
