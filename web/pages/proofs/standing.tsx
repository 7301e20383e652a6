import type { Proof, ProofRun } from '../../api/types.ts'
import { EvidenceMark } from '../../parts/marks.tsx'
import { lineOf } from '../../parts/outside-text.tsx'
import { PatchMark, ProofStateMark, RunStrip } from '../../parts/proof-marks.tsx'
import { sentence } from '../../parts/proof-words.ts'
import { Notice } from '../../ui/notice.tsx'
import { isFresh } from './attempt-groups.ts'

type StandingProps = { readonly proof: Proof; readonly run: ProofRun | undefined }

/** The first line: how far it is evidenced, in how many runs, and what the patch does. */
export function Standing({ proof, run }: StandingProps) {
  const { level, verdict, state, runs } = proof
  const shown = run?.shown ?? null
  const [last] = runs.filter(({ patchOf }) => patchOf === null)
  return (
    <>
      <p className="flex flex-wrap items-center gap-x-6 gap-y-1 py-2 text-read">
        <EvidenceMark evidence={level} />
        {shown && (
          <RunStrip runs={shown.attempts.filter(isFresh).map(({ is }) => is)} {...shown.runs} />
        )}
        <PatchMark verdict={verdict} />
        <ProofStateMark state={state} />
      </p>
      {last?.refusal && (
        <Notice tone="warn">
          The last run showed nothing: {lineOf(sentence(last.refusal.why), 2_000)}
          {last.state === 'failed' && ' What earlier runs showed stays.'}
        </Notice>
      )}
    </>
  )
}
