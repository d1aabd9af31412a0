// Screens: which there are, whose they are, and the part of the application each is loaded from when it is first opened.
import { signal, useSignal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'
import { type Text, t } from './i18n'

export type Screen = {
  readonly path: string
  /** Other paths that open it. */
  readonly also?: readonly string[]
  readonly words: Text
  /** In whose menu it stands; in everybody's when nobody is named. */
  readonly roles?: readonly string[]
  /** Where these begin; the first screen that is somebody's home is theirs. */
  readonly home?: (who: Opener) => boolean
  /** What waits there, said in the menu below its name; and the mark on the menu while it is shut. */
  readonly note?: ComponentType
  readonly mark?: ComponentType
  load(): Promise<ComponentType>
}

export type Opener = { readonly account: string; readonly roles: readonly string[]; readonly device?: string | null }

/** All there are, in the order of the menu. */
export const screens = signal<readonly Screen[]>([])

const at = (path: string, here: string) => here === path || here.startsWith(`${path}/`)

export const screenAt = (list: readonly Screen[], here: string) =>
  list.find((screen) => [screen.path, ...(screen.also ?? [])].some((path) => at(path, here)))

export const openTo = (screen: Screen, roles: readonly string[]) =>
  !screen.roles || screen.roles.some((role) => roles.includes(role))

export const homeOf = (list: readonly Screen[], who: Opener): Screen | undefined =>
  list.find((screen) => screen.home?.(who)) ?? list.find((screen) => openTo(screen, who.roles))

/** What stands behind the screen's own path: `/board/7` is `7` of `/board`. */
export const restOf = (path: string, here: string) => (at(path, here) ? here.slice(path.length + 1) : '')

const loaded = new Map<string, ComponentType>()

/** Begins to load a screen before it is known whether it is opened: most often it is. */
export async function fetchScreen(screen: Screen): Promise<ComponentType> {
  const part = loaded.get(screen.path) ?? (await screen.load())
  loaded.set(screen.path, part)
  return part
}

export function Opened({ screen }: { screen: Screen }) {
  const arrived = useSignal(0)
  const failed = useSignal(false)
  void arrived.value
  const Part = loaded.get(screen.path)
  const fetch = () => {
    failed.value = false
    fetchScreen(screen).then(
      () => arrived.value++,
      () => (failed.value = true),
    )
  }
  useEffect(() => {
    // Also when it has come between this drawing and now: nothing else would draw it.
    if (!Part) fetch()
  }, [screen.path])
  if (Part) return <Part key={screen.path} />
  if (!failed.value) return null
  return (
    <main class="gate" aria-live="polite">
      <div class="calm">
        <b>{t('screen.not-loaded', { name: t(screen.words) })}</b>
        <button type="button" class="btn" onClick={fetch}>
          {t('screen.again')}
        </button>
      </div>
    </main>
  )
}
