import { useState } from 'react'
import { readRevealed } from '../../api/client.ts'
import { saysOf } from '../../api/problem.ts'
import type { RevealedFinder } from '../../api/types.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { Button } from '../../ui/button.tsx'
import { complain } from '../../ui/toast.tsx'

/** Shows who a finder is to whoever asked; the server answers it once. */
export function Revealed({ id }: { readonly id: string }) {
  const [found, setFound] = useState<RevealedFinder | null>(null)
  const look = (): void =>
    void readRevealed(id).then(setFound, (error: unknown) => complain(saysOf(error)))
  if (found === null) {
    return (
      <p className="flex flex-wrap items-center gap-2">
        <Button onClick={look}>Read who it is</Button> once, within an hour of the grant
      </p>
    )
  }
  return (
    <div className="max-w-[65ch] space-y-1">
      <p>
        {lineOf(found.pseudonym, 100)} is{' '}
        <strong className="wrap-anywhere">
          {found.names.map((name) => lineOf(name, 200)).join(', ')}
        </strong>
        {found.contact === null ? ', who left no address.' : `, ${lineOf(found.contact, 254)}.`}
      </p>
      <p className="text-quiet">This is not shown again.</p>
    </div>
  )
}
