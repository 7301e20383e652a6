import type { EvidenceLevel, ProofShown } from '../../api/types.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { sentence, stepWords } from '../../parts/proof-words.ts'
import { evidenceWords } from '../../parts/words.ts'
import { classes } from '../../ui/classes.ts'
import { Section } from '../../ui/section.tsx'

type LadderProps = {
  readonly level: EvidenceLevel
  readonly shown: ProofShown | null
}

const ladder = ['E0', 'E1', 'E2', 'E3', 'E4'] as const

/** How far the claim is evidenced, step by step, and what is missing for the next one. */
export function Ladder({ level, shown }: LadderProps) {
  const next = ladder.find((one) => one > level)
  return (
    <Section title="Evidence">
      <ol>
        {ladder.map((one) => (
          <Step key={one} step={one} isReached={one <= level} isNext={one === next} shown={shown} />
        ))}
      </ol>
    </Section>
  )
}

type StepProps = {
  readonly step: EvidenceLevel
  readonly isReached: boolean
  readonly isNext: boolean
  readonly shown: ProofShown | null
}

function Step({ step, isReached, isNext, shown }: StepProps) {
  const found = shown?.steps.find(({ level }) => level === step)
  return (
    <li className="flex gap-3 py-1">
      <span
        aria-hidden="true"
        className={classes('w-4 shrink-0 text-center', isReached ? 'text-good' : 'text-quiet')}
      >
        {isReached ? '✓' : isNext ? '▸' : '○'}
      </span>
      <div className="min-w-0 max-w-[75ch]">
        <p>
          <strong className="font-semibold">
            {step} {evidenceWords[step].word}
          </strong>{' '}
          <span className={isReached ? 'text-good' : 'text-quiet'}>
            {isReached ? 'reached' : isNext ? 'next' : 'not yet'}
          </span>
        </p>
        {isReached && found && found.why !== '' ? (
          <p className="wrap-anywhere">{lineOf(sentence(found.why), 2_000)}</p>
        ) : (
          <p className="text-quiet">{stepWords[step]}</p>
        )}
        {isNext && <Missing missing={shown?.missing ?? null} />}
      </div>
    </li>
  )
}

/** What would have to be there for the next step; null where nothing was run yet. */
function Missing({ missing }: { readonly missing: readonly string[] | null }) {
  if (missing === null) return <p>It has to be run: no run has shown anything yet.</p>
  return (
    <>
      <p>Missing for it:</p>
      <ul className="list-disc pl-5">
        {missing.map((one) => (
          <li key={one} className="wrap-anywhere">
            {lineOf(sentence(one), 2_000)}
          </li>
        ))}
      </ul>
    </>
  )
}
