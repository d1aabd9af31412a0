// Sectors: opened with a name that is offered, given a leader and a channel, closed when nobody is in them.
import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { t } from '../../kernel/i18n'
import { newId } from '../../kernel/ids'
import { nextSectorName } from './figures'
import type { Sector } from './rows'
import { CODE, useScene } from './scene'
import { Big, Sheet } from './sheet'

/** A sector's name is a code that goes to every agency: the word of the country, not of the reader. */
function useNames() {
  const { std } = useScene()
  return std.sectorNames.map((one) => ({ name: one.name.id, kind: one.kind }))
}

/** Opens the next sector by its offered name, where somebody goes in before anybody opened one. */
export function useNewSector() {
  const { row, ask } = useScene()
  const names = useNames()
  return (sector: string) => {
    const name = nextSectorName(
      row,
      names.filter((one) => one.kind === 'sector').map((one) => one.name),
    )
    void ask('field.set-sector', { sector, name, as: 'sector' }, t('field.said-sector', { name }))
  }
}

export function SectorSheet({ sector }: { sector?: Sector | undefined }) {
  const { row, std, ask, close, pending } = useScene()
  const names = useNames()
  const taken = new Set(row.sectors.map((one) => one.name))
  const name = useSignal(
    sector?.name ??
      nextSectorName(
        row,
        names.map((one) => one.name),
      ),
  )
  const kind = useSignal(sector?.kind ?? 'sector')
  const channel = useSignal(sector?.channel ?? '')
  const leader = useRef<HTMLInputElement>(null)
  const typed = useRef<HTMLInputElement>(null)
  const wrong = useSignal(false)
  const crews = sector ? row.crews.filter((crew) => crew.sector === sector.sector) : []

  function set() {
    const led = leader.current?.value.trim() ?? ''
    wrong.value = !name.value.trim() || !typed.current?.checkValidity() || !leader.current?.checkValidity()
    if (wrong.value) return
    const id = sector?.sector ?? newId()
    const words = t('field.said-sector', { name: name.value })
    void ask(
      'field.set-sector',
      { sector: id, name: name.value.trim(), as: kind.value as 'sector', ...(led && { leader: led }) },
      words,
    )
    if (channel.value && channel.value !== sector?.channel)
      void ask('field.set-channel', { channel: channel.value, sector: id }, words)
    close()
  }

  return (
    <Sheet
      title={sector ? t('field.sector-of', { name: sector.name }) : t('field.sector-open')}
      onClose={close}
      foot={
        <>
          <button type="button" class="btn touch main" onClick={set}>
            {sector ? t('field.sector-change') : t('field.sector-open-now', { name: name.value })}
          </button>
          {sector ? (
            <button
              type="button"
              class="btn touch"
              disabled={crews.length > 0}
              onClick={() => {
                void ask(
                  'field.close-sector',
                  { sector: sector.sector },
                  t('field.said-sector-closed', { name: sector.name }),
                )
                close()
              }}
            >
              <span>{t('field.sector-close')}</span>
              {crews.length ? <small>{t('field.sector-used', { n: crews.length })}</small> : null}
            </button>
          ) : null}
        </>
      }
    >
      <Big
        label={t('field.sector-name')}
        value={name.value}
        of={names.filter((one) => !taken.has(one.name) || one.name === sector?.name).map((one) => [one.name, one.name])}
        onPick={(to) => {
          name.value = to
          kind.value = (names.find((one) => one.name === to)?.kind ?? 'sector') as typeof kind.value
        }}
      />
      <label class="field">
        <span>{t('field.sector-other-name')}</span>
        <input
          class="input l"
          ref={typed}
          value={name.value}
          pattern={CODE}
          maxLength={40}
          autocomplete="off"
          aria-invalid={wrong.value}
          onInput={(event) => (name.value = event.currentTarget.value)}
        />
      </label>
      <Big
        label={t('field.sector-kind')}
        value={kind.value}
        of={std.sectorKinds}
        onPick={(to) => (kind.value = to as typeof kind.value)}
      />
      <label class="field">
        <span>{std.leaderWord(kind.value) || t('field.leader')}</span>
        <input
          class="input l"
          ref={leader}
          defaultValue={sector?.leader ?? ''}
          list="field-holders"
          pattern={CODE}
          maxLength={40}
          autocomplete="off"
        />
        <span class="hint">{t('field.code-hint')}</span>
      </label>
      <Channels label={t('field.sector-channel')} value={channel.value} onPick={(to) => (channel.value = to)} />
      {sector && pending(sector.sector) ? <p class="hint">{t('said.waiting')}</p> : null}
    </Sheet>
  )
}

type ChannelsProps = { label: string; value: string; onPick(channel: string): void }

/** The radio channels the service names; another one may be typed. */
export function Channels({ label, value, onPick }: ChannelsProps) {
  const { std } = useScene()
  return (
    <>
      <Big label={label} value={value} of={std.channels.map((one) => [one.say, one.say, one.name])} onPick={onPick} />
      <label class="field">
        <span>{t('field.channel-other')}</span>
        <input
          class="input l"
          value={value}
          pattern={CODE}
          maxLength={40}
          autocomplete="off"
          onInput={(event) => onPick(event.currentTarget.value)}
        />
      </label>
    </>
  )
}

/** The channel of the whole incident. */
export function ChannelSheet() {
  const { row, ask, close } = useScene()
  const channel = useSignal(row.channel)
  return (
    <Sheet
      title={t('field.channel')}
      onClose={close}
      foot={
        <button
          type="button"
          class="btn touch main"
          disabled={!channel.value.trim()}
          onClick={() => {
            void ask(
              'field.set-channel',
              { channel: channel.value.trim() },
              t('field.said-channel', { channel: channel.value.trim() }),
            )
            close()
          }}
        >
          {t('field.channel-set')}
        </button>
      }
    >
      <Channels label={t('field.channel-whole')} value={channel.value} onPick={(to) => (channel.value = to)} />
    </Sheet>
  )
}
