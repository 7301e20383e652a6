import { Link } from '@tanstack/react-router'
import type { Run } from '../../api/types.ts'
import { counted } from '../../ui/words.ts'
import { Person } from './person.tsx'
import { Progress } from './progress.tsx'
import { RunMark } from './run-mark.tsx'

/** A run in a list: how it stands, how far it is, and who runs it. */
export const RunLine = ({ run, name }: { readonly run: Run; readonly name: string }) => (
  <li className="flex flex-wrap items-center gap-x-6 border-t border-rule py-1">
    <Link to="/runs/$id" params={{ id: run.id }} className="link">
      {name}
    </Link>
    <RunMark run={run} />
    <Progress done={run.finished} of={run.expected.samples} name={`Samples of run ${run.number}`} />
    <span className="text-quiet">
      <Person id={run.askedBy} />
    </span>
    {run.troubled > 0 && (
      <span className="text-warn">! {counted(run.troubled, 'sample')} not judged</span>
    )}
  </li>
)
