import type { ProofAttempt, ProofShown } from '../../api/types.ts'
import { Code, lineOf } from '../../parts/outside-text.tsx'
import { AttemptMark } from '../../parts/proof-marks.tsx'
import { attemptWords, secondsOf, sentence } from '../../parts/proof-words.ts'
import { classes } from '../../ui/classes.ts'
import { Section } from '../../ui/section.tsx'
import { type Group, groups } from './attempt-groups.ts'

type AttemptsProps = { readonly shown: ProofShown }

/** Every attempt of one run of the proof, with what it wrote a click away. */
export function Attempts({ shown: { attempts } }: AttemptsProps) {
  const filled = groups
    .map((group) => ({ group, items: attempts.filter(group.holds) }))
    .filter(({ items }) => items.length > 0)
  if (filled.length === 0) return null
  return (
    <Section title="What was run">
      <div className="grid gap-x-8 gap-y-4 split:grid-cols-2">
        {filled.map(({ group, items }) => (
          <GroupPart key={group.title} group={group} items={items} />
        ))}
      </div>
    </Section>
  )
}

type GroupProps = { readonly group: Group; readonly items: readonly ProofAttempt[] }

const GroupPart = ({ group: { title, about, wants }, items }: GroupProps) => (
  <div className="min-w-0">
    <p>
      <strong className="font-semibold">{title}</strong> <span className="text-quiet">{about}</span>
    </p>
    <ul aria-label={title} className="mt-1">
      {items.map((attempt, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the attempts of one record never move.
        <li key={at} className="border-t border-rule">
          <Attempt attempt={attempt} wants={wants} />
        </li>
      ))}
    </ul>
  </div>
)

type AttemptProps = { readonly attempt: ProofAttempt; readonly wants: Group['wants'] }

function Attempt({ attempt, wants }: AttemptProps) {
  const { name, is, why, tookMs, output } = attempt
  const isAmiss = wants !== null && is !== wants
  return (
    <details>
      <summary className="py-1 -outline-offset-2 hover:bg-hover">
        <span className="inline-flex max-w-[calc(100%-24px)] flex-wrap items-center gap-x-2 align-middle">
          <span className={classes('inline-flex items-center gap-1.5', isAmiss && 'text-warn')}>
            <AttemptMark is={is} />
            <span className="wrap-anywhere">
              {lineOf(sentence(name), 200).replace(/\.$/, '')}: {attemptWords[is]}
            </span>
          </span>
          {isAmiss && <strong className="text-warn">! Not as claimed</strong>}
          <span className="text-quiet">{secondsOf(tookMs)}</span>
        </span>
      </summary>
      <div className="space-y-1 pb-2 pl-4">
        <p className="max-w-[75ch] wrap-anywhere">{lineOf(sentence(why), 2_000)}</p>
        {output === '' ? <p className="text-quiet">It wrote nothing.</p> : <Code text={output} />}
      </div>
    </details>
  )
}
