import { type RefObject, useEffect, useRef, useState } from 'react'
import { Kbd } from '../../ui/button.tsx'

type SearchFieldProps = {
  readonly value: string
  readonly onValue: (value: string) => void
  readonly field: RefObject<HTMLInputElement | null>
  /** Back to the list, by enter or the arrow down. */
  readonly onLeave: () => void
}

const restMs = 250

/** Searches while a person types, after a short rest; escape gives the words up. */
export function SearchField({ value, onValue, field, onLeave }: SearchFieldProps) {
  const [text, setText] = useState(value)
  const sent = useRef(value)
  const send = useRef(onValue)
  send.current = onValue
  useEffect(() => {
    // The address changed by another way, such as "back".
    if (value === sent.current) return
    sent.current = value
    setText(value)
  }, [value])
  useEffect(() => {
    if (text === sent.current) return
    const timer = setTimeout(() => {
      sent.current = text
      send.current(text)
    }, restMs)
    return () => clearTimeout(timer)
  }, [text])
  return (
    <search className="relative min-w-40 grow">
      <input
        ref={field}
        type="search"
        aria-label="Search the cases"
        placeholder="Search titles, texts, packages, CVEs"
        value={text}
        onChange={({ target }) => setText(target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && text !== '') {
            event.preventDefault()
            setText('')
          } else if (['Escape', 'Enter', 'ArrowDown'].includes(event.key)) {
            event.preventDefault()
            onLeave()
          }
        }}
        className="field w-full pr-8"
      />
      {text === '' && (
        <span className="pointer-events-none absolute top-1/2 right-2 -translate-y-1/2 text-quiet">
          <Kbd>/</Kbd>
        </span>
      )}
    </search>
  )
}
