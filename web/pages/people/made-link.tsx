import { useEffect, useRef, useState } from 'react'
import type { OneTimeLink } from '../../api/types.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { Button } from '../../ui/button.tsx'
import { copyText } from '../../ui/copy.ts'
import { When } from '../../ui/when.tsx'

type MadeLinkProps = { readonly made: OneTimeLink; readonly onDone: () => void }

/** The only place where a one-time link is ever shown. */
export function MadeLink({ made: { person, link, expiresAt }, onDone }: MadeLinkProps) {
  const field = useRef<HTMLInputElement>(null)
  const [says, setSays] = useState('')
  useEffect(() => {
    field.current?.focus()
    field.current?.select()
  }, [])
  const address = `${window.location.origin}/sign-in#${link}`
  const copy = async (): Promise<void> => {
    const isCopied = await copyText(address, field.current)
    setSays(isCopied ? 'Copied.' : 'This browser does not let the page copy: press ctrl and c.')
  }
  return (
    <section
      aria-labelledby="made-link"
      className="mb-4 max-w-[70rem] rounded-md border border-warn/40 bg-warn-ground p-4"
    >
      <h2 id="made-link" className="text-title font-semibold">
        Give {lineOf(person.name, 100)} this link
      </h2>
      <p className="max-w-[75ch]">
        It signs in whoever opens it first, once, until <When at={expiresAt} />. Send it in a way
        that only {lineOf(person.name, 100)} reads. It is shown this once; another can be made.
      </p>
      <div className="mt-3 flex flex-wrap items-center gap-2">
        <input
          ref={field}
          readOnly
          aria-label="One-time link"
          value={address}
          className="field min-w-0 grow basis-80 font-mono text-small"
          onFocus={({ target }) => target.select()}
        />
        <Button look="main" onClick={() => void copy()}>
          Copy
        </Button>
        <Button onClick={onDone}>I have given it</Button>
      </div>
      <p role="status" className="min-h-5">
        {says}
      </p>
    </section>
  )
}
