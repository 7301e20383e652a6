import { useEffect } from 'react'
import type { TokenMade } from '../../api/types.ts'
import { Code, lineOf } from '../../parts/outside-text.tsx'
import { ShownOnce } from '../../ui/shown-once.tsx'

type MadeTokenProps = { readonly made: TokenMade; readonly onDone: () => void }

/** The only place where a token is ever shown; it stays until the person says that it is kept. */
export function MadeToken({ made: { token, about }, onDone }: MadeTokenProps) {
  useEffect(() => {
    // Leaving the page is the one way to lose it.
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault()
    window.addEventListener('beforeunload', warn)
    return () => window.removeEventListener('beforeunload', warn)
  }, [])
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
      <ShownOnce label="Token" value={token} does="I have kept it" onDone={onDone} />
      <p className="mb-1">How a machine hands in a file, with the token in PARLEY_TOKEN:</p>
      <Code text={exampleOf(window.location.origin)} />
    </section>
  )
}

const exampleOf = (origin: string): string =>
  `curl --fail --data-binary @findings.sarif \\
  -H "Authorization: Bearer $PARLEY_TOKEN" -H "Content-Type: application/octet-stream" \\
  "${origin}/v1/reports/bulk?name=findings.sarif"`
