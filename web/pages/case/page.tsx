import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { type ReactNode, useEffect, useState } from 'react'
import { type ExportKind, exportAddress, getCase } from '../../api/client.ts'
import { isProblem } from '../../api/problem.ts'
import { caseQuery } from '../../api/queries.ts'
import type { Case } from '../../api/types.ts'
import { useKeys } from '../../app/keys.ts'
import { useMay } from '../../app/may.ts'
import type { Act } from '../../parts/actions/about.ts'
import { CaseDialogs } from '../../parts/actions/dialogs.tsx'
import { useCaseActs } from '../../parts/actions/keys.ts'
import { caseName } from '../../parts/case-name.ts'
import { Held } from '../../parts/held.tsx'
import { LabelBanner } from '../../parts/label.tsx'
import { lineOf } from '../../parts/outside-text.tsx'
import { needsReason, SayWhy } from '../../parts/say-why.tsx'
import { Button } from '../../ui/button.tsx'
import { Menu } from '../../ui/menu.tsx'
import { Empty, Notice, ReadFailed } from '../../ui/notice.tsx'
import { HeadingLevel } from '../../ui/section.tsx'
import { Around, Credits } from './around.tsx'
import { Facts } from './facts.tsx'
import { History } from './history.tsx'
import { Looks } from './looks.tsx'
import { Notes } from './notes.tsx'
import { Priority } from './priority.tsx'
import { Proofs } from './proofs.tsx'
import { ReadInButtons } from './read-in-buttons.tsx'
import { Reports } from './reports.tsx'
import { Title } from './title.tsx'

/** A case beside the list it was opened from. The list owns the keys that act on cases. */
export function CaseBeside() {
  const { id } = useParams({ from: '/inside/queue/$id' })
  const navigate = useNavigate()
  return (
    <>
      {/* Where the list gives way to the case, its heading goes with it. */}
      <h1 className="spoken split:hidden">Queue</h1>
      <CasePane
        key={id}
        id={id}
        leave={
          <Button
            look="quiet"
            hint="esc"
            onClick={() => void navigate({ to: '/queue', search: true })}
          >
            Close
          </Button>
        }
      />
    </>
  )
}

/** A case by itself, as it is sent around. */
export function CaseAlone() {
  const { id } = useParams({ from: '/inside/cases/$id' })
  return <CasePane key={id} id={id} isAlone leave={null} />
}

type CasePaneProps = {
  readonly id: string
  readonly isAlone?: boolean
  readonly leave: ReactNode
}

function CasePane({ id, isAlone = false, leave }: CasePaneProps) {
  const { data: found, error, refetch } = useQuery(caseQuery(id))
  useEffect(() => {
    if (found) document.title = `${caseName(found.id)} ${lineOf(found.title, 80)} · Parley`
  }, [found])
  if (found) {
    return (
      <HeadingLevel value={isAlone ? 2 : 3}>
        <Story found={found} isAlone={isAlone} leave={leave} />
      </HeadingLevel>
    )
  }
  if (error === null) return <Outline />
  if (isProblem(error, 404)) return <NotThere isAlone={isAlone} />
  if (needsReason(error)) return <Withheld id={id} isAlone={isAlone} />
  return (
    <div className="p-4">
      <ReadFailed error={error} retry={() => void refetch()} />
    </div>
  )
}

type StoryProps = {
  readonly found: Case
  readonly isAlone: boolean
  readonly leave: ReactNode
}

/** The case as one story: what it is, what to do, why it stands here, what was reported. */
function Story({ found, isAlone, leave }: StoryProps) {
  const [isEditing, setIsEditing] = useState(false)
  const acts = useCaseActs(() => [found], isAlone ? 'Case' : null)
  const [mayDecide, mayExport] = [useMay('decide'), useMay('export')]
  const begin = (act: Act): void => (act === 'title' ? setIsEditing(true) : acts.begin(act))
  useKeys(isAlone ? 'This case' : 'The open case', [
    {
      keys: ['e'],
      does: 'edit the title where it stands',
      isOff: !mayDecide,
      run: () => setIsEditing(true),
    },
  ])
  return (
    <article
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keys.
      tabIndex={0}
      id="case"
      ref={takeFocusWhenStacked}
      aria-label={`Case ${caseName(found.id)}`}
      className="min-h-0 grow overflow-y-auto px-4 pb-24 -outline-offset-2"
    >
      <Held tlp={found.banner.tlp} className="mx-auto max-w-[1180px]">
        <div className="flex flex-wrap items-center justify-between gap-x-2 pt-1">
          <LabelBanner label={found.banner} />
          {mayDecide && (
            <Button look="quiet" onClick={() => acts.begin('label')}>
              Change<span className="spoken"> the label</span>
            </Button>
          )}
        </div>
        <div className="flex min-h-11 flex-wrap items-center gap-1 pt-2">
          <span className="grow text-quiet">Case {caseName(found.id)}</span>
          {!isAlone && (
            <Link
              to="/cases/$id"
              params={{ id: found.id }}
              className="inline-flex min-h-7 items-center rounded-md px-2.5 hover:bg-hover max-rail:hidden"
            >
              Open alone
            </Link>
          )}
          {mayDecide && <ReadInButtons id={found.id} />}
          {mayExport && <SendMenu id={found.id} />}
          {leave}
        </div>
        {found.mergedInto !== null && <Moved into={found.mergedInto} />}
        <Title found={found} isAlone={isAlone} isEditing={isEditing} onEditing={setIsEditing} />
        <Facts found={found} onAct={begin} />
        <div className="mt-3">
          <Reports found={found} onSplit={() => begin('split')} />
          <Proofs found={found} />
          <Priority found={found} />
          <Around found={found} onAct={begin} />
          <Credits found={found} />
          <Notes found={found} />
          <History found={found} />
          <Looks id={found.id} />
        </div>
      </Held>
      <CaseDialogs act={acts.act} cases={acts.cases} onClose={acts.end} />
    </article>
  )
}

/** Where the list gives way to the case, the focus goes along; beside the list it stays there. */
function takeFocusWhenStacked(article: HTMLElement | null): void {
  const isListHidden = document.getElementById('list')?.offsetParent === null
  if (isListHidden) article?.focus()
}

const exports: readonly (readonly [ExportKind, string, string])[] = [
  ['mail', 'Mail draft', 'To the maintainer, with every report'],
  ['markdown', 'Markdown', 'For an issue or a private advisory'],
  ['osv', 'OSV draft', 'JSON, for databases'],
  ['csaf', 'CSAF draft', 'JSON, for vendors and CERTs'],
  ['zip', 'Everything as zip', 'What you may see, with attachments'],
]

function SendMenu({ id }: { readonly id: string }) {
  return (
    <Menu
      trigger={<Button look="quiet">Send or export ▾</Button>}
      items={exports.map(([kind, label, detail]) => ({
        ...{ label, detail, isDownload: true },
        href: exportAddress(id, kind),
      }))}
    />
  )
}

const Moved = ({ into }: { readonly into: string }) => (
  <Notice tone="warn">
    The reports of this case were merged into{' '}
    <Link to="/cases/$id" params={{ id: into }} className="link">
      another case
    </Link>
    . Its history can undo that.
  </Notice>
)

/** The place of a case until it is read. */
const Outline = () => (
  <div aria-busy="true" className="space-y-3 px-4 pt-4">
    <div className="h-4 w-24 rounded bg-raised" />
    <div className="h-6 w-3/5 rounded bg-raised" />
    <div className="h-4 w-4/5 rounded bg-raised" />
    <div className="h-12 rounded bg-raised" />
  </div>
)

/** What somebody gets who has opened much: the case, once they say why. */
function Withheld({ id, isAlone }: { readonly id: string; readonly isAlone: boolean }) {
  const queries = useQueryClient()
  const [isAsking, setIsAsking] = useState(true)
  const again = async (reason: string): Promise<void> => {
    queries.setQueryData(caseQuery(id).queryKey, await getCase(id, undefined, reason))
  }
  return (
    <Empty title="Say why you need this case" isWholePage={isAlone}>
      <p>You have opened more cases than is usual in an hour or a day.</p>
      <Button onClick={() => setIsAsking(true)}>Give a reason</Button>
      {isAsking && <SayWhy run={again} onClose={() => setIsAsking(false)} />}
    </Empty>
  )
}

const NotThere = ({ isAlone }: { readonly isAlone: boolean }) => (
  <Empty title="There is no such case" isWholePage={isAlone}>
    <p>
      It may be mistyped, or it is one that you may not see.{' '}
      <Link to="/queue" search={{ status: 'open,waiting' }} className="link">
        Go to the queue
      </Link>
    </p>
  </Empty>
)
