import type { CaseRow } from '../../api/types.ts'
import type { Act } from '../../parts/actions/about.ts'
import { Button } from '../../ui/button.tsx'
import { counted } from '../../ui/words.ts'

type BulkBarProps = {
  readonly chosen: readonly CaseRow[]
  readonly onAct: (act: Act) => void
  readonly onNone: () => void
}

/** What can be done to the chosen cases at once. Lies over the end of the list, which stays put. */
export function BulkBar({ chosen, onAct, onNone }: BulkBarProps) {
  if (chosen.length === 0) return null
  const areClosed = chosen.every(({ status }) => status === 'closed')
  return (
    <section
      aria-label="Actions for the chosen cases"
      className="panel absolute inset-x-3 bottom-3 z-10 flex flex-wrap items-center gap-1 p-1.5"
    >
      <p role="status" className="mr-auto px-1.5 font-semibold">
        {counted(chosen.length, 'case')} chosen
      </p>
      <Button look="quiet" hint="a" onClick={() => onAct('assign')}>
        Assign
      </Button>
      <Button look="quiet" hint="v" onClick={() => onAct('verdict')}>
        Verdict
      </Button>
      <Button look="quiet" hint="w" onClick={() => onAct('wait')}>
        Wait
      </Button>
      <Button look="quiet" hint="c" onClick={() => onAct('close')}>
        {areClosed ? 'Open again' : 'Close'}
      </Button>
      <Button look="quiet" hint="m" onClick={() => onAct('merge')}>
        Merge
      </Button>
      {chosen.length === 2 && (
        <Button look="quiet" hint="x" onClick={() => onAct('apart')}>
          Never the same
        </Button>
      )}
      <Button look="quiet" hint="esc" onClick={onNone}>
        Choose none
      </Button>
    </section>
  )
}
