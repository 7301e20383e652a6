import {
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react'
import { classes } from './classes.ts'

export type Choice = {
  readonly key: string
  readonly label: string
  readonly detail?: ReactNode
  readonly mark?: ReactNode
  readonly run: () => void
}

type ChooserProps = {
  /** What is chosen, for those who hear the page. */
  readonly label: string
  readonly placeholder: string
  readonly choices: readonly Choice[]
  readonly text: string
  readonly onText: (text: string) => void
  readonly field?: RefObject<HTMLInputElement | null>
  /** Said when nothing fits. */
  readonly empty?: string
}

/** A field and a list below it: letters narrow, arrows move, enter takes. */
export function Chooser(props: ChooserProps) {
  const { label, placeholder, choices, text, onText, field, empty = 'Nothing fits.' } = props
  const [at, setAt] = useState(0)
  const listId = useId()
  const chosen = Math.max(0, Math.min(at, choices.length - 1))
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) {
      event.preventDefault()
      setAt((chosen + step + choices.length) % Math.max(choices.length, 1))
    } else if (event.key === 'Enter') {
      event.preventDefault()
      choices[chosen]?.run()
    }
  }
  return (
    <>
      <input
        ref={field}
        role="combobox"
        aria-label={label}
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={choices[chosen] ? `${listId}-${chosen}` : undefined}
        autoComplete="off"
        spellCheck={false}
        placeholder={placeholder}
        className="field mt-3 w-full"
        value={text}
        onChange={({ target }) => {
          onText(target.value)
          setAt(0)
        }}
        onKeyDown={onKeyDown}
      />
      <div
        id={listId}
        role="listbox"
        aria-label={label}
        className={classes('mt-2 max-h-[44dvh] overflow-y-auto', choices.length > 0 && 'min-h-10')}
      >
        {choices.map((choice, index) => (
          <Line
            key={choice.key}
            id={`${listId}-${index}`}
            choice={choice}
            isChosen={index === chosen}
            onEnter={() => setAt(index)}
          />
        ))}
      </div>
      <p role="status" className={choices.length > 0 ? 'spoken' : 'text-quiet'}>
        {choices.length > 0 ? `${choices.length} choices` : empty}
      </p>
    </>
  )
}

type LineProps = {
  readonly id: string
  readonly choice: Choice
  readonly isChosen: boolean
  readonly onEnter: () => void
}

function Line({ id, choice, isChosen, onEnter }: LineProps) {
  const ref = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (isChosen) ref.current?.scrollIntoView({ block: 'nearest' })
  }, [isChosen])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the focus and takes the keys.
    <div
      ref={ref}
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={isChosen}
      // The field keeps the focus, also when the line that was pressed goes away.
      onMouseDown={(event) => event.preventDefault()}
      onClick={choice.run}
      onPointerMove={onEnter}
      className={classes(
        'flex cursor-pointer items-center justify-between gap-4 rounded px-2 py-1 max-rail:py-2',
        isChosen && 'bg-chosen',
      )}
    >
      <span className="flex min-w-0 items-center gap-2">
        {choice.mark}
        <span className="truncate">{choice.label}</span>
      </span>
      <span className="shrink-0 text-quiet">{choice.detail}</span>
    </div>
  )
}

type ChooseProps = Pick<ChooserProps, 'label' | 'placeholder' | 'choices' | 'field'>

/** A chooser over a list that is here already: letters narrow it by its labels. */
export function Choose({ choices, ...rest }: ChooseProps) {
  const [text, setText] = useState('')
  const wanted = text.trim().toLowerCase()
  const fitting = choices.filter(({ label }) => label.toLowerCase().includes(wanted))
  return <Chooser {...rest} choices={fitting} text={text} onText={setText} />
}
