// One of few, all visible: language, theme.

type Of = readonly (readonly [string, string])[]

export function Choices(props: { label: string; value: string; of: Of; onPick(value: string): void }) {
  return (
    <fieldset class="seg">
      <legend class="sr">{props.label}</legend>
      {props.of.map(([value, words]) => (
        <button
          type="button"
          key={value}
          aria-pressed={value === props.value}
          class={value === props.value ? 'is-on' : ''}
          onClick={() => props.onPick(value)}
        >
          {words}
        </button>
      ))}
    </fieldset>
  )
}
