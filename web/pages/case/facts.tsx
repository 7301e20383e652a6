import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { exportAddress } from '../../api/client.ts'
import { sessionQuery } from '../../api/queries.ts'
import type { Case } from '../../api/types.ts'
import { useMay } from '../../app/may.ts'
import type { Act } from '../../parts/actions/about.ts'
import { useChanges } from '../../parts/actions/changes.ts'
import {
  BandMark,
  EvidenceMark,
  PersonMark,
  SeverityMark,
  StatusMark,
  Tag,
  VerdictMark,
} from '../../parts/marks.tsx'
import { lineOf } from '../../parts/outside-text.tsx'
import { bandWords, decisionWord, evidenceWords } from '../../parts/words.ts'
import { Button } from '../../ui/button.tsx'
import { When } from '../../ui/when.tsx'
import { nextStepOf } from './next.ts'

type FactsProps = { readonly found: Case; readonly onAct: (act: Act) => void }

/** The first screen of a case: its state, who has it, until when, why, and the next action. */
export function Facts({ found, onAct }: FactsProps) {
  const mayDecide = useMay('decide')
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-1 gap-y-1">
        <span className="px-2.5">
          <BandMark band={found.band} />
        </span>
        <Value name="Severity" hint="shift s" onClick={() => onAct('severity')}>
          <SeverityMark severity={found.severity} />
        </Value>
        <Value name="Status" hint="c or w" onClick={() => onAct('close')}>
          <StatusMark status={found.status} />
        </Value>
        <Value name="Verdict" hint="v" onClick={() => onAct('verdict')}>
          <VerdictMark verdict={found.verdict} />
        </Value>
        <Value name="Assigned to" hint="a" onClick={() => onAct('assign')}>
          <PersonMark person={found.assignee} />
        </Value>
        {found.isExploited && <Tag tone="danger">Exploited</Tag>}
        {found.isPublic && <Tag>Public</Tag>}
        {found.goneAt !== null && <Tag tone="warn">No longer seen</Tag>}
      </div>
      {mayDecide && <Next found={found} onAct={onAct} />}
      <dl className="mt-2 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
        <Fact term="Why here">
          {decisionWord(found.decision)}. {bandWords[found.band].means}
        </Fact>
        <Fact term="Until">
          <Until found={found} />
        </Fact>
        <Fact term="Evidence">
          <EvidenceMark evidence={found.evidence} />. {evidenceWords[found.evidence].means}
        </Fact>
        {found.packages.length > 0 && (
          <Fact term="In">{lineOf(found.packages.join(', '), 400)}</Fact>
        )}
        {found.aliases.length > 0 && (
          <Fact term="Also called">{lineOf(found.aliases.join(', '), 400)}</Fact>
        )}
        {found.weaknesses.length > 0 && (
          <Fact term="Weakness">
            {found.weaknesses.map(({ id, name }) => `CWE-${id} ${name}`).join('; ')}
          </Fact>
        )}
        {found.edited.length > 0 && (
          <Fact term="Set by a person">{found.edited.join(', ')}; re-imports leave it alone.</Fact>
        )}
      </dl>
    </>
  )
}

const Fact = ({ term, children }: { readonly term: string; readonly children: ReactNode }) => (
  <>
    <dt className="text-quiet">{term}</dt>
    <dd className="max-w-[75ch] wrap-anywhere">{children}</dd>
  </>
)

type ValueProps = {
  readonly name: string
  readonly hint: string
  readonly onClick: () => void
  readonly children: ReactNode
}

/** A value that is changed where it is shown. */
function Value({ name, hint, onClick, children }: ValueProps) {
  if (!useMay('decide')) {
    return (
      <span className="px-2.5">
        <span className="spoken">{name}: </span>
        {children}
      </span>
    )
  }
  return (
    <Button look="quiet" title={`${name}: change (${hint})`} onClick={onClick}>
      <span className="spoken">{name}: </span>
      {children}
    </Button>
  )
}

function Until({ found }: { readonly found: Case }) {
  const { directive } = found.priority
  const until = found.hold?.until
  return (
    <>
      {until && (
        <>
          Waits until <When at={until} />.{' '}
        </>
      )}
      {lineOf(directive.deadline, 120)}
      <span className="text-quiet"> for federal agencies (BOD 26-04, row {directive.row})</span>
    </>
  )
}

function Next({ found, onAct }: FactsProps) {
  const { data: session } = useQuery(sessionQuery)
  const { change } = useChanges()
  const me = session?.person
  const mayExport = useMay('export')
  const { says, does } = nextStepOf(found, me?.id)
  const take = (): void => {
    if (me) void change([found], { assignee: me }, `assigned to ${me.name}.`)
  }
  const reopen = (): void => void change([found], { status: 'open' }, 'open again.')
  return (
    <div className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-2 rounded-md bg-raised px-3 py-2">
      <p className="min-w-0 grow text-read wrap-anywhere">
        <span className="spoken">Next: </span>
        {lineOf(says, 500)}
      </p>
      {does?.kind === 'act' && (
        <Button look="main" onClick={() => onAct(does.act)}>
          {does.label}
        </Button>
      )}
      {does?.kind === 'take' && (
        <Button look="main" onClick={take}>
          {does.label}
        </Button>
      )}
      {does?.kind === 'reopen' && <Button onClick={reopen}>{does.label}</Button>}
      {does?.kind === 'suggestions' && (
        <Link to="/suggestions" className={linkButton}>
          {does.label}
        </Link>
      )}
      {does?.kind === 'mail' && mayExport && (
        <a href={exportAddress(found.id, 'mail')} download className={linkButton}>
          {does.label}
        </a>
      )}
    </div>
  )
}

const linkButton =
  'inline-flex min-h-7 items-center rounded-md bg-accent-ground px-2.5 text-on-accent hover:brightness-110'
