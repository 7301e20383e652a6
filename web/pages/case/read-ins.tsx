import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { readInsQuery } from '../../api/queries.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ReadFailed } from '../../ui/notice.tsx'
import { HeadingLevel } from '../../ui/section.tsx'
import { Nominate } from './read-in-nominate.tsx'
import { OneReadIn } from './read-in-one.tsx'

type ReadInsProps = { readonly id: string; readonly onClose: () => void }

/** Everybody who was nominated for a case, with each gate, and the next nomination. */
export function ReadIns({ id, onClose }: ReadInsProps) {
  const { data: list, error, refetch } = useQuery(readInsQuery(id))
  const [isNominating, setIsNominating] = useState(false)
  const items = list?.items.toReversed() ?? []
  return (
    <Dialog
      title="Read-ins to this case"
      about="A named person, one tier, three gates that are never waived, and an end."
      isOpen
      isWide
      onClose={onClose}
    >
      <HeadingLevel value={3}>
        <div className="mt-3 space-y-3">
          {error && <ReadFailed error={error} retry={() => void refetch()} />}
          {isNominating ? (
            <Nominate id={id} onDone={() => setIsNominating(false)} />
          ) : (
            <Button look="main" onClick={() => setIsNominating(true)}>
              Nominate somebody
            </Button>
          )}
          {list?.items.length === 0 && <p className="text-quiet">Nobody was nominated yet.</p>}
          {items.map((one) => (
            <OneReadIn key={one.id} readIn={one} />
          ))}
        </div>
      </HeadingLevel>
    </Dialog>
  )
}
