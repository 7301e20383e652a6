import { useEffect, useRef, useState } from 'react'
import type { TokenMade } from '../../api/types.ts'
import { Code, lineOf } from '../../parts/outside-text.tsx'
import { Button } from '../../ui/button.tsx'
import { copyText } from '../../ui/copy.ts'

type MadeTokenProps = { readonly made: TokenMade; readonly onDone: () => void }

/** The only place where a token is ever shown; it stays until the person says that it is kept. */
export function MadeToken({ made: { token, about }, onDone }: MadeTokenProps) {
  const field = useRef<HTMLInputElement>(null)
  const [says, setSays] = useState('')
  useEffect(() => {
    field.current?.focus()
    field.current?.select()
  }, [])
  useEffect(() => {
    // Leaving the page is the one way to lose it.
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault()
    window.addEventListener('beforeunload', warn)
    return () => window.removeEventListener('beforeunload', warn)
  }, [])
  const copy = async (): Promise<void> => {
    const isCopied = await copyText(token, field.current)
    setSays(isCopied ? 'Copied.' : 'This browser does not let the page copy: press ctrl and c.')
  }
  return (
    <section
      aria-labelledby="made"
      className="mb-4 rounded-md border border-warn/40 bg-warn-ground p-4"
    >
      <h2 id="made" className="text-title font-semibold">
        Keep this token now
      </h2>
      <p className="max-w-[75ch]">
        It is shown this once: the server keeps only a fingerprint of it. Put "
        {lineOf(about.name, 100)}" where the machine reads its secrets. Whoever has it can do what{' '}
        {lineOf(about.organisation.name, 100)} can do as {about.role}.
      </p>
      <div className="mt-3 flex flex-wrap items-center gap-2">
        <input
          ref={field}
          readOnly
          aria-label="Token"
          value={token}
          className="field min-w-0 grow basis-80 font-mono text-small"
          onFocus={({ target }) => target.select()}
        />
        <Button look="main" onClick={() => void copy()}>
          Copy
        </Button>
        <Button onClick={onDone}>I have kept it</Button>
      </div>
      <p role="status" className="min-h-5">
        {says}
      </p>
      <p className="mb-1">How a machine hands in a file, with the token in PARLEY_TOKEN:</p>
      <Code text={exampleOf(window.location.origin)} />
    </section>
  )
}

const exampleOf = (origin: string): string =>
  `curl --fail --data-binary @findings.sarif \\
  -H "Authorization: Bearer $PARLEY_TOKEN" -H "Content-Type: application/octet-stream" \\
  "${origin}/v1/reports/bulk?name=findings.sarif"`
