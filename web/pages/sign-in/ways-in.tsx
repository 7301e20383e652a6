import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useRef, useState } from 'react'
import { openSessionByCode } from '../../api/client.ts'
import { hasPasskeys, signInByPasskey } from '../../api/passkey.ts'
import { saysOf } from '../../api/problem.ts'
import type { Session } from '../../api/types.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { ByProvider } from './by-provider.tsx'

type WaysInProps = { readonly onIn: (session: Session) => void }

/** Every way in that needs no link, and where a link comes from. */
export function WaysIn({ onIn }: WaysInProps) {
  const passkey = useMutation({ mutationFn: signInByPasskey, onSuccess: onIn })
  return (
    <>
      {hasPasskeys() && (
        <>
          <p>
            <Button
              look="main"
              className="min-h-9 px-4"
              disabled={passkey.isPending}
              onClick={() => passkey.mutate()}
            >
              Sign in with a passkey
            </Button>
          </p>
          {passkey.error && <Notice tone="danger">{saysOf(passkey.error)}</Notice>}
        </>
      )}
      <ByProvider />
      <ByLink />
      <ByCode onIn={onIn} />
    </>
  )
}

function ByLink() {
  return (
    <>
      <h2 className="pt-3 text-read font-semibold">With a one-time link</h2>
      <p>The first time, and without a passkey, a link signs you in once. There is no password.</p>
      <ul className="list-disc space-y-1 pl-5">
        <li>
          Whoever started the service sees a link in the terminal. In another one, in the folder of
          Parley, this prints a new link:
          <pre className="my-1 overflow-x-auto rounded bg-raised px-3 py-2 font-mono text-list">
            npx --no-install parley sign-in
          </pre>
        </li>
        <li>Everybody else asks the coordinator who runs this instance for a link.</li>
      </ul>
    </>
  )
}

function ByCode({ onIn }: WaysInProps) {
  const [code, setCode] = useState('')
  const [isTried, setIsTried] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  const enter = useMutation({ mutationFn: openSessionByCode, onSuccess: onIn })
  const isMissing = code.trim() === ''
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setIsTried(true)
    if (isMissing) field.current?.focus()
    else enter.mutate(code)
  }
  return (
    <details className="pt-3">
      <summary className="font-semibold">With a recovery code</summary>
      <form noValidate className="mt-2 max-w-80 space-y-3" onSubmit={submit}>
        <Field
          label="Recovery code"
          about="One of the ten that you kept on paper, with or without its hyphens. It is spent by this."
          error={isTried && isMissing ? 'Type one of your codes.' : ''}
        >
          {(given) => (
            <input
              {...given}
              ref={field}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              maxLength={100}
              value={code}
              className={`${given.className} font-mono`}
              onChange={({ target }) => setCode(target.value)}
            />
          )}
        </Field>
        {enter.error && <Notice tone="danger">{saysOf(enter.error)}</Notice>}
        <Button type="submit" disabled={enter.isPending}>
          Sign in with this code
        </Button>
      </form>
    </details>
  )
}
