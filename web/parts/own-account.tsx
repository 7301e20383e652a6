import { useQuery } from '@tanstack/react-query'
import { useId, useRef, useState } from 'react'
import { sessionQuery } from '../api/queries.ts'
import { Button } from '../ui/button.tsx'
import { copyText } from '../ui/copy.ts'

/** The id of one's own account: what others name one by who do not see who is here. */
export function OwnAccount({ about }: { readonly about: string }) {
  const { data: session } = useQuery(sessionQuery)
  const id = useId()
  const field = useRef<HTMLInputElement>(null)
  const [says, setSays] = useState('')
  const copy = async (): Promise<void> => {
    const isCopied = await copyText(session?.person.id ?? '', field.current)
    setSays(isCopied ? 'Copied.' : 'This browser does not let the page copy: press ctrl and c.')
  }
  return (
    <div className="max-w-[36rem]">
      <label htmlFor={id} className="block font-semibold">
        Id of your account
      </label>
      <div className="mt-1 flex flex-wrap gap-2">
        <input
          ref={field}
          id={id}
          readOnly
          value={session?.person.id ?? ''}
          className="field min-w-0 grow basis-56 font-mono text-small"
          onFocus={({ target }) => target.select()}
        />
        <Button onClick={() => void copy()}>Copy</Button>
      </div>
      <p className="mt-1 text-small text-quiet">{about}</p>
      <p role="status" className="text-small">
        {says}
      </p>
    </div>
  )
}
