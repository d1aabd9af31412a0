// Who holds which post: from a commander alone to the whole template, in the words of SKPDB or of ICS.
import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { shortTime } from '../../kernel/clock'
import { t } from '../../kernel/i18n'
import { Choices } from '../../look/choices'
import { Icon } from '../../look/symbols'
import { count } from './figures'
import { CODE, keepHolder, lastHolder, useScene } from './scene'
import { Sheet } from './sheet'
import type { Post } from './standards'

type Line = { readonly post: Post; readonly depth: number }

/** Posts in the order of the tree; what hangs below a post that is not shown hangs one level higher. */
export function tree(posts: readonly Post[], shown: ReadonlySet<string>, ics: boolean): readonly Line[] {
  const parentOf = (post: Post): string => (ics ? post.ics_parent : post.parent) ?? ''
  const above = (post: Post): string => {
    let up = parentOf(post)
    while (up && !shown.has(up)) {
      const next = posts.find((one) => one.id === up)
      up = next ? parentOf(next) : ''
    }
    return up
  }
  const under = (id: string, depth: number): readonly Line[] =>
    posts
      .filter((post) => shown.has(post.id) && above(post) === id)
      .flatMap((post) => [{ post, depth }, ...under(post.id, depth + 1)])
  return under('', 0)
}

export function StructureSheet() {
  const { row, std, close, open } = useScene()
  const ics = useSignal(false)
  const all = useSignal(false)
  const held = new Set(row.posts.map((one) => one.post))
  const offered = std.structureFor(count(row).crews)?.posts ?? ['commander']
  const shown = new Set(all.value ? std.posts.map((one) => one.id) : ['commander', ...offered, ...held])
  const lines = tree(std.posts, shown, ics.value)
  return (
    <Sheet
      title={t('field.structure')}
      onClose={close}
      foot={
        <button type="button" class="btn touch" aria-pressed={all.value} onClick={() => (all.value = !all.value)}>
          {t(all.value ? 'field.posts-few' : 'field.posts-all')}
        </button>
      }
    >
      <Choices
        label={t('field.structure-words')}
        value={ics.value ? 'ics' : 'skpdb'}
        of={[
          ['skpdb', 'SKPDB'],
          ['ics', 'ICS'],
        ]}
        onPick={(to) => (ics.value = to === 'ics')}
      />
      <ul class="posts">
        {lines.map(({ post, depth }) => (
          <PostLine key={post.id} post={post} depth={depth} ics={ics.value} />
        ))}
      </ul>
      <section>
        <h3>{t('field.sectors')}</h3>
        {row.sectors.length > std.mostLed ? (
          <p class="hint">{t('field.span-wide', { n: row.sectors.length, most: std.mostLed })}</p>
        ) : null}
        <ul class="lines">
          {row.sectors.map((sector) => (
            <li key={sector.sector}>
              <b>{sector.name}</b>
              <span>{[sector.leader, sector.channel].filter(Boolean).join(' · ') || t('field.no-leader')}</span>
              <button type="button" class="btn" onClick={() => open(`sektor/${sector.sector}`)}>
                {t('field.change')}
              </button>
            </li>
          ))}
        </ul>
        <button type="button" class="btn" onClick={() => open('sektor-baru')}>
          <Icon name="plus" /> {t('field.sector-open')}
        </button>
      </section>
    </Sheet>
  )
}

function PostLine({ post, depth, ics }: { post: Post; depth: number; ics: boolean }) {
  const { row, std, ask, acts, open, pending } = useScene()
  const writing = useSignal(false)
  const input = useRef<HTMLInputElement>(null)
  const leads = post.id === 'commander'
  const held = row.posts.find((one) => one.post === post.id)
  const holder = leads ? row.commander : held
  const name = std.postName(post.id, ics)
  return (
    <li style={{ '--depth': String(depth) }} class={pending(post.id) ? 'pending' : ''} data-rank={post.rank}>
      <span>{name}</span>
      {holder ? (
        <b>
          {holder.holder} <small>{t('field.since', { at: shortTime(holder.since) })}</small>
        </b>
      ) : (
        <span class="faint">{t('field.post-empty')}</span>
      )}
      {leads ? (
        <button type="button" class="btn" disabled={!acts} onClick={() => open(row.commander ? 'serah' : 'komando')}>
          {t(row.commander ? 'field.hand-over' : 'field.assume')}
        </button>
      ) : writing.value ? (
        <form
          onSubmit={(event) => {
            event.preventDefault()
            const to = input.current?.value.trim()
            if (!to || !input.current?.checkValidity()) return
            writing.value = false
            void ask('field.fill-post', { post: post.id, holder: to }, t('field.said-post', { post: name, who: to }))
          }}
        >
          <input
            class="input"
            ref={(node) => {
              input.current = node
              node?.focus()
            }}
            aria-label={t('field.holder-of', { post: name })}
            list="field-holders"
            pattern={CODE}
            maxLength={40}
            autocomplete="off"
          />
          <button type="submit" class="btn">
            {t('field.put')}
          </button>
        </form>
      ) : (
        <span class="keys-of">
          <button type="button" class="btn" disabled={!acts} onClick={() => (writing.value = true)}>
            {t(held ? 'field.change' : 'field.fill')}
          </button>
          {held ? (
            <button
              type="button"
              class="btn"
              disabled={!acts}
              onClick={() =>
                void ask('field.vacate-post', { post: post.id }, t('field.said-post-empty', { post: name }))
              }
            >
              {t('field.vacate')}
            </button>
          ) : null}
        </span>
      )}
    </li>
  )
}

/** Codes that were used at this scene, or are likely: offered where one is typed. */
export function Holders() {
  const { row } = useScene()
  const used = [
    lastHolder(),
    row.commander?.holder ?? '',
    ...row.posts.map((one) => one.holder),
    ...row.sectors.map((one) => one.leader),
    ...row.crews.filter((crew) => crew.unit).map((crew) => `Danru ${crew.unit}`),
    'Danton A',
    'Danton B',
    'Danton C',
  ]
  return (
    <datalist id="field-holders">
      {[...new Set(used.filter(Boolean))].map((code) => (
        <option key={code} value={code} />
      ))}
    </datalist>
  )
}

/** Taking command: under which code, offered as it was used last; over somebody's head with a reason. */
export function AssumeSheet() {
  const { row, ask, close } = useScene()
  const holder = useSignal(lastHolder())
  const reason = useRef<HTMLInputElement>(null)
  const input = useRef<HTMLInputElement>(null)
  const offered = [
    ...new Set(
      [
        lastHolder(),
        ...row.crews.filter((crew) => crew.unit).map((crew) => `Danru ${crew.unit}`),
        'Danton A',
        'Danton B',
      ]
        .filter(Boolean)
        .slice(0, 6),
    ),
  ]
  function assume() {
    const code = holder.value.trim()
    const why = reason.current?.value.trim()
    if (!code || !input.current?.checkValidity()) return
    keepHolder(code)
    void ask('field.assume-command', { holder: code }, t('field.said-assumed', { who: code }), {
      ...(row.commander && why && { override: why }),
    })
    close()
  }
  return (
    <Sheet
      title={t('field.assume')}
      onClose={close}
      foot={
        <button type="button" class="btn touch main" disabled={!holder.value.trim()} onClick={assume}>
          {t('field.assume-as', { who: holder.value || '…' })}
        </button>
      }
    >
      {row.commander ? (
        <div class="note" data-s="watch">
          <Icon name="warn" />
          <b>{t('field.command-held', { who: row.commander.holder, at: shortTime(row.commander.since) })}</b>
          <label class="field">
            <span>{t('field.why-over')}</span>
            <input class="input l" ref={reason} maxLength={200} autocomplete="off" />
          </label>
        </div>
      ) : null}
      <div class="big-pick">
        {offered.map((code) => (
          <button
            type="button"
            key={code}
            class={code === holder.value ? 'btn is-on' : 'btn'}
            aria-pressed={code === holder.value}
            onClick={() => (holder.value = code)}
          >
            {code}
          </button>
        ))}
      </div>
      <label class="field">
        <span>{t('field.holder-code')}</span>
        <input
          class="input l"
          ref={input}
          value={holder.value}
          pattern={CODE}
          maxLength={40}
          autocomplete="off"
          onInput={(event) => (holder.value = event.currentTarget.value)}
        />
        <span class="hint">{t('field.code-hint')}</span>
      </label>
    </Sheet>
  )
}
