import type { Run, Sample } from '../../api/types.ts'
import { Fact, Facts } from '../../parts/facts.tsx'
import { lineOf } from '../../parts/outside-text.tsx'
import { moneyOf } from '../../parts/runs/money.ts'
import { Person } from '../../parts/runs/person.tsx'
import { Progress } from '../../parts/runs/progress.tsx'
import { RunMark } from '../../parts/runs/run-mark.tsx'
import { When } from '../../ui/when.tsx'
import { counted, grouped } from '../../ui/words.ts'

type StandingProps = { readonly run: Run; readonly samples: readonly Sample[] }

/** How a run stands, who runs it, until when, and what it used so far. */
export function Standing({ run, samples }: StandingProps) {
  const { closed, begunAt, finished, expected, troubled } = run
  const roles = Object.entries(run.roles ?? {})
  return (
    <Facts>
      <Fact term="State">
        <span className="inline-flex flex-wrap gap-x-4">
          <RunMark run={run} />
          <Progress done={finished} of={expected.samples} name="Samples that came in" />
        </span>
      </Fact>
      <Fact term="Run by">
        <Person id={run.askedBy} />, asked for <When at={run.askedAt} />
      </Fact>
      {begunAt !== null && (
        <Fact term="Begun">
          <When at={begunAt} />
        </Fact>
      )}
      {closed === null ? (
        <Fact term="Access ends">
          <When at={run.accessEndsAt} />. What was done by then is taken until{' '}
          <When at={run.handInUntil} />.
        </Fact>
      ) : (
        <Fact term="Closed">
          <When at={closed.at} />
          {closed.by === null ? ', by the end of the window' : <By id={closed.by} />}
        </Fact>
      )}
      <Fact term="Used">
        <Used samples={samples} of={finished} />
      </Fact>
      <Fact term="Troubled">
        {troubled === 0 ? (
          'No sample was kept from being judged.'
        ) : (
          <span className="text-warn">
            ! {counted(troubled, 'sample')} could not be judged, for a reason outside of the model.
          </span>
        )}
      </Fact>
      {roles.map(([role, who]) => (
        <Fact key={role} term={`Role ${role}`}>
          {lineOf(who, 300)}
        </Fact>
      ))}
    </Facts>
  )
}

const By = ({ id }: { readonly id: string }) => (
  <>
    , by <Person id={id} />
  </>
)

/** Attempts that are not read or not shown yet are not in the sums, and that is said. */
function Used({ samples, of }: { readonly samples: readonly Sample[]; readonly of: number }) {
  const results = samples.flatMap(({ result }) => (result === null ? [] : [result]))
  if (samples.length === 0) return 'Nothing yet.'
  if (results.length === 0) return 'Shown when the run is closed.'
  const sum = (of: (one: (typeof results)[number]) => number | null | undefined): number =>
    results.reduce((all, one) => all + (of(one) ?? 0), 0)
  const tokens = sum((one) => one.tokens && one.tokens.input + one.tokens.output)
  const allowed = sum((one) => one.tokenLimit)
  return (
    <>
      {grouped(tokens)} of {grouped(allowed)} tokens, {moneyOf(sum((one) => one.microUsd))},{' '}
      {counted(
        sum((one) => one.turns),
        'turn',
      )}
      {results.length < of && `, in the ${grouped(results.length)} samples that are read here`}
    </>
  )
}
