import { useEffect, useRef, useState } from 'react'
import { Button } from './button.tsx'
import { copyText } from './copy.ts'

type ShownOnceProps = {
  readonly label: string
  readonly value: string
  /** What whoever reads it says when they need it no more. */
  readonly does: string
  readonly onDone: () => void
}

/** What is shown this once: selected, ready to be copied. */
export function ShownOnce({ label, value, does, onDone }: ShownOnceProps) {
  const field = useRef<HTMLInputElement>(null)
  const [says, setSays] = useState('')
  useEffect(() => {
    field.current?.focus()
    field.current?.select()
  }, [])
  const copy = async (): Promise<void> => {
    const isCopied = await copyText(value, field.current)
    setSays(isCopied ? 'Copied.' : 'This browser does not let the page copy: press ctrl and c.')
  }
  return (
    <>
      <div className="mt-3 flex flex-wrap items-center gap-2">
        <input
          ref={field}
          readOnly
          aria-label={label}
          value={value}
          className="field min-w-0 grow basis-80 font-mono text-small"
          onFocus={({ target }) => target.select()}
        />
        <Button look="main" onClick={() => void copy()}>
          Copy
        </Button>
        <Button onClick={onDone}>{does}</Button>
      </div>
      <p role="status" className="min-h-5">
        {says}
      </p>
    </>
  )
}
