import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { makeRecoveryCodes } from '../../api/client.ts'
import { saysOf } from '../../api/problem.ts'
import type { Profile } from '../../api/types.ts'
import { AskOnce } from '../../ui/ask-once.tsx'
import { Button } from '../../ui/button.tsx'
import { copyText } from '../../ui/copy.ts'
import { Section } from '../../ui/section.tsx'
import { complain } from '../../ui/toast.tsx'
import { When } from '../../ui/when.tsx'
import { counted } from '../../ui/words.ts'

type RecoveryCodesProps = Pick<Profile, 'recoveryCodes'>

/** How many codes are left, and a new set in their place. */
export function RecoveryCodes({ recoveryCodes: { left, madeAt } }: RecoveryCodesProps) {
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  const [isAsking, setIsAsking] = useState(false)
  const queries = useQueryClient()
  const make = async (): Promise<void> => {
    const made = await makeRecoveryCodes()
    setCodes(made.codes)
    await queries.invalidateQueries({ queryKey: ['profile'] })
  }
  const begin = (): void => {
    if (left > 0) setIsAsking(true)
    else void make().catch((error: unknown) => complain(saysOf(error)))
  }
  return (
    <Section title="Recovery codes">
      <div className="max-w-[65ch] space-y-3">
        {madeAt === null ? (
          <p className="text-read text-quiet">
            None yet. They are ten codes on paper for the day on which no passkey is at hand: each
            signs you in once.
          </p>
        ) : (
          <p>
            <strong>{counted(left, 'code')} left</strong> of the set that was made{' '}
            <When at={madeAt} />.{left === 0 && ' Make a new set while you are signed in.'}
          </p>
        )}
        {codes !== null && <MadeCodes codes={codes} onDone={() => setCodes(null)} />}
        {codes === null && <Button onClick={begin}>Make recovery codes</Button>}
      </div>
      {isAsking && (
        <AskOnce
          title="Make a new set?"
          about={`The ${counted(left, 'code')} of the old set are refused from then on, wherever they are kept. This cannot be undone.`}
          does="Make a new set"
          keeps="Keep the old one"
          run={make}
          onClose={() => setIsAsking(false)}
        />
      )}
    </Section>
  )
}

type MadeCodesProps = { readonly codes: readonly string[]; readonly onDone: () => void }

/** The only place where the codes are ever shown; they stay until the person says they are kept. */
function MadeCodes({ codes, onDone }: MadeCodesProps) {
  const field = useRef<HTMLTextAreaElement>(null)
  const [says, setSays] = useState('')
  useEffect(() => {
    field.current?.focus()
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault()
    window.addEventListener('beforeunload', warn)
    return () => window.removeEventListener('beforeunload', warn)
  }, [])
  const text = codes.join('\n')
  const copy = async (): Promise<void> => {
    const isCopied = await copyText(text, field.current)
    setSays(isCopied ? 'Copied.' : 'This browser does not let the page copy: press ctrl and c.')
  }
  return (
    <section
      aria-labelledby="codes"
      className="rounded-md border border-warn/40 bg-warn-ground p-4"
    >
      <h3 id="codes" className="text-title font-semibold">
        Keep these codes now
      </h3>
      <p>
        They are shown this once: the server keeps only fingerprints of them. Print them or write
        them down, and keep them where you keep papers that matter, not on the device that they are
        for.
      </p>
      <textarea
        ref={field}
        readOnly
        aria-label="Recovery codes"
        rows={codes.length}
        value={text}
        className="field mt-3 block w-full max-w-72 resize-none font-mono text-list"
        onFocus={({ target }) => target.select()}
      />
      <div className="mt-3 flex flex-wrap gap-2">
        <Button look="main" onClick={() => void copy()}>
          Copy
        </Button>
        <Button onClick={onDone}>I have kept them</Button>
      </div>
      <p role="status" className="min-h-5">
        {says}
      </p>
    </section>
  )
}
