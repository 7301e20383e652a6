import { Link } from '@tanstack/react-router'
import type { Run } from '../../api/types.ts'
import { counted } from '../../ui/words.ts'
import { Named, Person } from './person.tsx'
import { Progress } from './progress.tsx'
import { RunMark } from './run-mark.tsx'

/** A run in a list: how it stands, how far it is, and who runs it. */
export const RunLine = ({ run, name }: { readonly run: Run; readonly name: string }) => (
  <li className="flex flex-wrap items-center gap-x-6 border-t border-rule py-1 split:grid split:grid-cols-[minmax(0,18rem)_14rem_15rem_minmax(0,1fr)_auto]">
    <Link to="/runs/$id" params={{ id: run.id }} className="link wrap-anywhere">
      {name}
    </Link>
    <RunMark run={run} />
    <Progress done={run.finished} of={run.expected.samples} name={`Samples of run ${run.number}`} />
    <span className="text-quiet">
      <Named names={run.names}>
        <Person id={run.askedBy} />
      </Named>
    </span>
    {run.troubled > 0 && (
      <span className="text-warn">! {counted(run.troubled, 'sample')} not judged</span>
    )}
  </li>
)
