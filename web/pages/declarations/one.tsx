import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { agreeToDeclaration } from '../../api/evaluations.ts'
import type { Engagement, KeptDeclaration } from '../../api/types.ts'
import { Digest, Fact, Facts } from '../../parts/facts.tsx'
import { Code, lineOf } from '../../parts/outside-text.tsx'
import { ruleKey, ruleWords, saysOfDeclaration } from '../../parts/runs/declaration-words.ts'
import { Person } from '../../parts/runs/person.tsx'
import { declarationsQuery } from '../../parts/runs/queries.ts'
import { AskOnce } from '../../ui/ask-once.tsx'
import { Button } from '../../ui/button.tsx'
import { Section } from '../../ui/section.tsx'
import { said } from '../../ui/toast.tsx'
import { When } from '../../ui/when.tsx'
import { percent } from '../../ui/words.ts'

type Side = Engagement['side']

type OneProps = {
  readonly engagement: string
  readonly kept: KeptDeclaration
  readonly side: Side
  /** Whether either side can still agree. */
  readonly isOpen: boolean
}

/** One version of what is declared, with who agreed to it. */
export function One({ engagement, kept, side, isOpen }: OneProps) {
  const { digest, declaration, pack } = kept
  const own = side === 'developer' ? kept.developerAgreedAt : kept.evaluatorAgreedAt
  const rule = ruleWords[ruleKey(declaration.rule)]
  return (
    <Section title={`Declaration ${digest.slice(0, 12)}`} beside={<Standing kept={kept} />}>
      <p className="max-w-[75ch] text-read">{saysOfDeclaration(declaration)}</p>
      <Facts>
        <Fact term="Rule">
          <strong className="font-semibold">{rule.name}.</strong> {rule.about}
        </Fact>
        <Fact term="Protocol">{lineOf(declaration.protocol, 4_000)}</Fact>
        <Fact term="Missing outcomes">
          A verdict stands only if it is the same with all of them failed and all of them solved.
        </Fact>
        <Fact term="Tasks from">
          {pack === null ? (
            'a pack that you may not see'
          ) : (
            <Link to="/packs/$id" params={{ id: pack }} className="link">
              the pack with this root
            </Link>
          )}
          : <Digest text={declaration.bankRoot} />
        </Fact>
        <Fact term="Strata">
          {declaration.strata
            .map(
              ({ name, tasksMax, weight }) =>
                `${lineOf(name, 60)}: ${tasksMax} (${percent(weight)})`,
            )
            .join(', ')}
        </Fact>
        <Fact term="Digest">
          <Digest text={digest} />
        </Fact>
        <Fact term="Proposed">
          <When at={kept.proposedAt} />, by <Person id={kept.proposedBy} />
        </Fact>
        <Fact term="Developer">
          <Agreed at={kept.developerAgreedAt} />
        </Fact>
        <Fact term="Evaluator">
          <Agreed at={kept.evaluatorAgreedAt} />
        </Fact>
      </Facts>
      {own === null && isOpen && <Agree engagement={engagement} digest={digest} />}
      <details>
        <summary className="w-fit py-1">All of it, as it is digested</summary>
        <Code text={JSON.stringify(declaration, null, 2)} />
      </details>
    </Section>
  )
}

const Agreed = ({ at }: { readonly at: string | null }) =>
  at === null ? (
    <span className="text-warn">○ Not agreed</span>
  ) : (
    <>
      <span className="text-good">● Agreed</span> <When at={at} />
    </>
  )

const Standing = ({ kept: { isStanding, agreedAt } }: { readonly kept: KeptDeclaration }) => {
  if (isStanding) return <span className="text-good">● Runs are under this one</span>
  if (agreedAt !== null) return <span className="text-quiet">– Both agreed to a later one</span>
  return <span className="text-warn">○ Not agreed by both</span>
}

type AgreeProps = { readonly engagement: string; readonly digest: string }

function Agree({ engagement, digest }: AgreeProps) {
  const queries = useQueryClient()
  const [isAsking, setIsAsking] = useState(false)
  const agree = async (): Promise<void> => {
    await agreeToDeclaration(engagement, digest)
    await queries.invalidateQueries({ queryKey: declarationsQuery(engagement).queryKey })
    said(`Agreed to declaration ${digest.slice(0, 12)}`)
  }
  return (
    <>
      <Button look="main" onClick={() => setIsAsking(true)}>
        Agree to this digest
      </Button>
      {isAsking && (
        <AskOnce
          title={`Agree to declaration ${digest.slice(0, 12)}?`}
          about="Your side is bound by exactly this digest, and that cannot be taken back; a later declaration takes its place only if both agree to that one before access begins."
          does="Agree"
          keeps="Not yet"
          run={agree}
          onClose={() => setIsAsking(false)}
        />
      )}
    </>
  )
}
