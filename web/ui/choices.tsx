type ChoicesProps<Value extends string> = {
  readonly legend: string
  /** What stands below it: what choosing none means, or how to mend it. */
  readonly about?: string
  readonly error?: string
  readonly choices: readonly (readonly [Value, string])[]
  readonly chosen: readonly Value[]
  readonly onChosen: (chosen: Value[]) => void
}

/** Several of a list, none included. */
export function Choices<Value extends string>(props: ChoicesProps<Value>) {
  const { legend, about, error = '', choices, chosen, onChosen } = props
  const toggle = (one: Value): void =>
    onChosen(chosen.includes(one) ? chosen.filter((other) => other !== one) : [...chosen, one])
  return (
    <fieldset>
      <legend className="font-semibold">{legend}</legend>
      <div className="flex max-h-40 flex-wrap gap-x-4 overflow-y-auto">
        {choices.map(([value, word]) => (
          <label key={value} className="flex items-center gap-2 py-1">
            <input
              type="checkbox"
              checked={chosen.includes(value)}
              onChange={() => toggle(value)}
            />
            {word}
          </label>
        ))}
      </div>
      {(about !== undefined || error !== '') && (
        <p className="text-small text-quiet">
          {error !== '' && <strong className="text-danger">{error} </strong>}
          {about}
        </p>
      )}
    </fieldset>
  )
}
