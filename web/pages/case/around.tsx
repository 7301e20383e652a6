import { Link } from '@tanstack/react-router'
import type { Case } from '../../api/types.ts'
import { useMay } from '../../app/may.ts'
import type { Act } from '../../parts/actions/about.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { relationWords } from '../../parts/words.ts'
import { Button } from '../../ui/button.tsx'
import { Section } from '../../ui/section.tsx'
import { When } from '../../ui/when.tsx'
import { counted, percent } from '../../ui/words.ts'

/** Everybody who found it, with when: the first one first. */
export function Credits({ found }: { readonly found: Case }) {
  return (
    <Section title="Who found it">
      <ol>
        {found.credits.map(({ name, reports, firstAt }, at) => (
          <li key={name} className="py-0.5 wrap-anywhere">
            {lineOf(name, 120)}{' '}
            <span className="text-quiet">
              {at === 0 ? 'first, ' : ''}
              {counted(reports, 'report')}, <When at={firstAt} />
            </span>
          </li>
        ))}
      </ol>
    </Section>
  )
}

type AroundProps = { readonly found: Case; readonly onAct: (act: Act) => void }

/** Other cases: what it may be the same as, and how it stands to others. */
export function Around({ found, onAct }: AroundProps) {
  const { openSuggestions, relations } = found
  const mayDecide = useMay('decide')
  return (
    <Section
      title="Other cases"
      beside={
        mayDecide && (
          <>
            <Button look="quiet" hint="m" onClick={() => onAct('merge')}>
              Merge
            </Button>
            <Button look="quiet" hint="l" onClick={() => onAct('relate')}>
              Relate
            </Button>
            <Button look="quiet" hint="x" onClick={() => onAct('apart')}>
              Never the same
            </Button>
          </>
        )
      }
    >
      {openSuggestions.length + relations.length === 0 && (
        <p className="text-quiet">Nothing is known that relates to it.</p>
      )}
      <ul>
        {openSuggestions.map((one) => (
          <li key={one.id} className="py-0.5 wrap-anywhere">
            May be the same as <CaseLink id={one.case} title={one.title} />{' '}
            <span className="text-quiet">with a probability of {percent(one.probability)}.</span>{' '}
            <Link to="/suggestions" search={{ id: one.id }} className="link">
              Decide
            </Link>
          </li>
        ))}
        {relations.map((one) => (
          <li key={`${one.kind} ${one.with}`} className="py-0.5 wrap-anywhere">
            {relationWords[one.kind] ?? lineOf(one.kind, 60)}:{' '}
            {one.with.startsWith('case_') ? (
              <CaseLink id={one.with} title={one.title} />
            ) : (
              lineOf(one.with, 120)
            )}{' '}
            <span className="text-quiet">
              {[lineOf(one.because, 300), one.by?.name].filter(Boolean).join(', ')}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  )
}

function CaseLink({ id, title }: { readonly id: string; readonly title: string | null }) {
  return (
    <Link to="/cases/$id" params={{ id }} className="link">
      {lineOf(title ?? id, 160)}
    </Link>
  )
}
