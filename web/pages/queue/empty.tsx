import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { listImports, loadExamples } from '../../api/client.ts'
import { saysOf } from '../../api/problem.ts'
import { sessionQuery } from '../../api/queries.ts'
import type { ImportList } from '../../api/types.ts'
import type { TextSearch } from '../../app/search.ts'
import { Button } from '../../ui/button.tsx'
import { Empty } from '../../ui/notice.tsx'
import { complain } from '../../ui/toast.tsx'
import { counted } from '../../ui/words.ts'
import { rowPx } from './row.tsx'

/** The place of the rows until they are read, of the same height. */
export function Skeleton() {
  return (
    <div aria-busy="true" className="min-h-0 grow overflow-hidden">
      {Array.from({ length: 30 }, (_, at) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike.
          key={at}
          style={{ height: rowPx }}
          className="flex flex-col justify-center gap-2 border-b border-rule px-12"
        >
          <div className="h-2.5 w-2/5 rounded bg-raised" />
          <div className="h-2 w-1/4 rounded bg-raised" />
        </div>
      ))}
    </div>
  )
}

/** An empty list: nothing is here yet, it is just being read, or nothing fits the filters. */
export function NothingThere({ search }: { readonly search: TextSearch }) {
  const { data: session } = useQuery(sessionQuery)
  const isEmpty = session?.instance.isEmpty === true
  const underWay = useUnderWay()
  if (isEmpty) return <EmptyInstance />
  if (underWay === undefined) return <Skeleton />
  return underWay > 0 ? <BeingRead count={underWay} /> : <NothingFits search={search} />
}

const pollMs = 2000

/** How many of the newest imports have not ended; undefined until that is known. */
function useUnderWay(): number | undefined {
  const { data, isError } = useQuery({
    queryKey: ['imports', 'newest'],
    queryFn: ({ signal }) => listImports({}, signal),
    // The stream of events may be lost; what is under way is asked for as well.
    refetchInterval: ({ state }) => (state.data && underWayIn(state.data) > 0 ? pollMs : false),
  })
  return isError ? 0 : data && underWayIn(data)
}

const underWayIn = ({ items }: ImportList): number =>
  items.filter(({ state }) => state !== 'placed' && state !== 'refused').length

const BeingRead = ({ count }: { readonly count: number }) => (
  <Empty title="Findings are being read">
    <p role="status">
      {counted(count, 'file')} to go. The first cases appear here by themselves, in a few seconds.
    </p>
    <p>
      <Link to="/import" className="link">
        See how far each file is
      </Link>
    </p>
  </Empty>
)

function EmptyInstance() {
  const queries = useQueryClient()
  const examples = useMutation({
    mutationFn: loadExamples,
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['imports'] })
      await queries.invalidateQueries({ queryKey: ['session'] })
    },
    onError: (error) => complain(saysOf(error)),
  })
  return (
    <Empty title="No findings yet">
      <p>
        Hand in what your scanners, laboratories or people found: SARIF, CSAF, OSV, CycloneDX, CSV,
        Markdown and others, as files or archives. Parley puts reports of the same vulnerability
        into one case and ranks the cases.
      </p>
      <p className="flex flex-wrap gap-2">
        <Link
          to="/import"
          className="inline-flex min-h-7 items-center rounded-md bg-accent-ground px-3 text-list text-on-accent"
        >
          Hand in files
        </Link>
        <Button onClick={() => examples.mutate()} disabled={examples.isPending}>
          {examples.isPending ? 'Loading…' : 'Load the example findings'}
        </Button>
      </p>
    </Empty>
  )
}

function NothingFits({ search }: { readonly search: TextSearch }) {
  const words = search['q']
  return (
    <Empty title="No case fits">
      <p>
        {words ? `Nothing holds "${words}" under these filters.` : 'Nothing fits these filters.'}{' '}
        Take a filter away, or look at everything.
      </p>
      <p className="flex flex-wrap gap-4">
        <Link to="/queue" search={{ status: 'open,waiting' }} className="link">
          Open and waiting cases
        </Link>
        <Link to="/queue" search={words ? { q: words } : {}} className="link">
          {words ? `"${words}" in all cases` : 'All cases'}
        </Link>
      </p>
    </Empty>
  )
}
