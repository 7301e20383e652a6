import { useState } from 'react'
import type { Case, CaseEvent } from '../../api/types.ts'
import { useMay } from '../../app/may.ts'
import { useChanges } from '../../parts/actions/changes.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { Button } from '../../ui/button.tsx'
import { classes } from '../../ui/classes.ts'
import { Section } from '../../ui/section.tsx'
import { When } from '../../ui/when.tsx'
import { counted } from '../../ui/words.ts'

const shownAtFirst = 10

/** Everything that was done to the case, newest first; what can be undone offers it. */
export function History({ found }: { readonly found: Case }) {
  const [isWhole, setIsWhole] = useState(false)
  const events = found.history.toReversed()
  const shown = isWhole ? events : events.slice(0, shownAtFirst)
  return (
    <Section title="History">
      <ol>
        {shown.map((event) => (
          <Event key={event.id} event={event} />
        ))}
      </ol>
      {shown.length < events.length && (
        <Button look="quiet" onClick={() => setIsWhole(true)}>
          {`Show all ${counted(events.length, 'step')}`}
        </Button>
      )}
    </Section>
  )
}

function Event({ event }: { readonly event: CaseEvent }) {
  const { undo } = useChanges()
  const [isBusy, setIsBusy] = useState(false)
  const isUndone = event.undoneBy !== null
  const mayDecide = useMay('decide')
  const onUndo = (): void => {
    setIsBusy(true)
    void undo(event.id).finally(() => setIsBusy(false))
  }
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 py-0.5">
      <span className="min-w-0 grow basis-80 wrap-anywhere">
        <span className={classes(isUndone && 'text-quiet line-through')}>
          {lineOf(event.says, 600)}
        </span>
        {isUndone && ' (taken back)'}
      </span>
      <span className="text-quiet">
        {event.by?.name ?? 'Parley'}, <When at={event.at} />
      </span>
      {event.canUndo && !isUndone && mayDecide && (
        <Button look="quiet" onClick={onUndo} disabled={isBusy}>
          Undo<span className="spoken">: {lineOf(event.says, 80)}</span>
        </Button>
      )}
    </li>
  )
}
