import type { ReadStop } from '../../api/types.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { Button } from '../../ui/button.tsx'
import { When } from '../../ui/when.tsx'

type StopTableProps = {
  readonly stops: readonly ReadStop[]
  readonly mayLift: (person: string) => boolean
  readonly onLift: (id: string, name: string) => void
}

/** Who may open nothing more until somebody who administers lets them. */
export function StopTable({ stops, mayLift, onLift }: StopTableProps) {
  return (
    <ul className="max-w-[70rem]">
      {stops.map(({ id, person, token, stoppedAt }) => (
        <li
          key={id}
          className="flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-rule py-2"
        >
          <span className="grow">
            <strong>{lineOf(person.name, 60)}</strong>
            {token !== null && ' (by a token)'} may open nothing more since <When at={stoppedAt} />
          </span>
          {mayLift(person.id) && (
            <Button onClick={() => onLift(id, person.name)}>
              Let them go on
              <span className="spoken">: {lineOf(person.name, 60)}</span>
            </Button>
          )}
        </li>
      ))}
    </ul>
  )
}
