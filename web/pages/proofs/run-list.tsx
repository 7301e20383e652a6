import { Link } from '@tanstack/react-router'
import { attestationAddress } from '../../api/client.ts'
import type { ProofRun } from '../../api/types.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { PatchMark, RunStateMark } from '../../parts/proof-marks.tsx'
import { runReasons, sentence } from '../../parts/proof-words.ts'
import { Section } from '../../ui/section.tsx'
import { When } from '../../ui/when.tsx'

type RunListProps = {
  readonly runs: readonly ProofRun[]
  readonly chosen: string | undefined
}

/** Every time that it was run, or could not be: the newest first. */
export function RunList({ runs, chosen }: RunListProps) {
  if (runs.length === 0) return null
  return (
    <Section title="When it was run">
      <ol>
        {runs.map((run) => (
          <Run key={run.id} run={run} isChosen={run.id === chosen} />
        ))}
      </ol>
    </Section>
  )
}

function Run({ run, isChosen }: { readonly run: ProofRun; readonly isChosen: boolean }) {
  const { state, met, of, level, refusal } = run
  const at = run.endedAt ?? run.startedAt ?? run.queuedAt
  return (
    <li className="border-t border-rule py-1.5">
      <p className="flex flex-wrap items-baseline gap-x-4 gap-y-0.5">
        <RunStateMark state={state} />
        {level !== null && (
          <span>
            {level}
            {met !== null && of !== null && of > 0 && `, ${met} of ${of} runs`}
          </span>
        )}
        {run.verdict !== null && <PatchMark verdict={run.verdict} />}
        <span className="text-quiet">
          <Why run={run} />
          {run.worker !== null && `, on ${lineOf(run.worker, 60)}`}, <When at={at} />
          {run.attempts > 1 && `, begun ${run.attempts} times`}
        </span>
        {isChosen ? <span className="text-good">● Shown above</span> : <Show run={run} />}
        {run.isAttested && (
          <a href={attestationAddress(run.id)} className="link" download>
            Download the attestation
          </a>
        )}
      </p>
      {refusal !== null && (
        <p className="max-w-[75ch] wrap-anywhere">{lineOf(sentence(refusal.why), 2_000)}</p>
      )}
    </li>
  )
}

function Why({ run: { why, askedBy, patchOf } }: { readonly run: ProofRun }) {
  if (patchOf !== null) {
    return (
      <>
        Tried with the patch of{' '}
        <Link to="/proofs/$id" params={{ id: patchOf }} className="link">
          another proof
        </Link>
      </>
    )
  }
  return `${runReasons[why]}${askedBy === null ? '' : ` by ${lineOf(askedBy, 60)}`}`
}

const Show = ({ run: { shown, id } }: { readonly run: ProofRun }) =>
  shown && (
    <Link from="/proofs/$id" to="." search={{ run: id }} className="link">
      Show this run
    </Link>
  )
