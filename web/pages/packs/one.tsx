import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { publishPack } from '../../api/evaluations.ts'
import { isProblem } from '../../api/problem.ts'
import type { Pack } from '../../api/types.ts'
import { Digest, Fact, Facts } from '../../parts/facts.tsx'
import { lineOf } from '../../parts/outside-text.tsx'
import { Named, Person } from '../../parts/runs/person.tsx'
import { packQuery } from '../../parts/runs/queries.ts'
import { AskOnce } from '../../ui/ask-once.tsx'
import { Button } from '../../ui/button.tsx'
import { Empty, ReadFailed } from '../../ui/notice.tsx'
import { PageBody, PageHead } from '../../ui/page-head.tsx'
import { Section } from '../../ui/section.tsx'
import { said } from '../../ui/toast.tsx'
import { When } from '../../ui/when.tsx'
import { counted, percent } from '../../ui/words.ts'
import { Opened } from './opened.tsx'
import { Openings } from './openings.tsx'
import { Rights } from './rights.tsx'
import { mayWords } from './words.ts'

/** One version of a pack: what was committed to, who may do what with it, and who opened it. */
export function PackPage() {
  const { id } = useParams({ from: '/inside/packs/$id' })
  const { data, error, refetch } = useQuery(packQuery(id))
  if (data) return <Whole key={id} pack={data} />
  if (isProblem(error, 404)) return <NotThere />
  return (
    <>
      <PageHead title="Pack" {...(error === null ? { about: 'Reading…' } : {})} />
      <PageBody>{error && <ReadFailed error={error} retry={() => void refetch()} />}</PageBody>
    </>
  )
}

function Whole({ pack }: { readonly pack: Pack }) {
  const { commitment, publishedAt, mayKeep } = pack
  return (
    <>
      <PageHead
        title={`${lineOf(commitment.name, 100)} ${lineOf(commitment.version, 60)}`}
        about={`${counted(commitment.count, 'task')}, ${lineOf(commitment.label, 60)}. You ${mayWords(pack)}.`}
      >
        {publishedAt === null && mayKeep && <Publish pack={pack} />}
      </PageHead>
      <PageBody>
        <Named names={namesOf(pack)}>
          <Commitment pack={pack} />
          <Openings pack={pack} />
          <Opened pack={pack} />
          <Rights pack={pack} />
        </Named>
      </PageBody>
    </>
  )
}

const namesOf = ({ names, rights }: Pack) => ({
  ...Object.fromEntries(rights.map(({ person, name }) => [person, name])),
  ...names,
})

function Publish({ pack: { id, commitment } }: { readonly pack: Pack }) {
  const queries = useQueryClient()
  const [isAsking, setIsAsking] = useState(false)
  const publish = async (): Promise<void> => {
    await publishPack(id)
    await queries.invalidateQueries({ queryKey: packQuery(id).queryKey })
    said(`Published the commitment to ${commitment.name} ${commitment.version}`)
  }
  return (
    <>
      <Button look="main" onClick={() => setIsAsking(true)}>
        Publish the commitment
      </Button>
      {isAsking && (
        <AskOnce
          title="Publish the commitment?"
          about="Developers to whom the pack is declared see its name, strata and root, and nothing of its tasks. It cannot be taken back."
          does="Publish it"
          keeps="Not yet"
          run={publish}
          onClose={() => setIsAsking(false)}
        />
      )}
    </>
  )
}

function Commitment({ pack }: { readonly pack: Pack }) {
  const { commitment, committedAt, committedBy, publishedAt, holders } = pack
  const weight = commitment.strata.reduce((sum, one) => sum + one.weight, 0)
  return (
    <Section title="What was committed to">
      <Facts>
        <Fact term="Root">
          <Digest text={commitment.root} />
        </Fact>
        <Fact term="Committed">
          <When at={committedAt} />, by <Person id={committedBy} />
        </Fact>
        <Fact term="Published">
          {publishedAt === null ? 'Not yet.' : <When at={publishedAt} />}
        </Fact>
        <Fact term="Sealed pack">
          {holders === null
            ? 'Not handed in yet.'
            : `Any two of ${holders.map((one) => lineOf(one, 40)).join(', ')} open it; nobody does alone.`}
        </Fact>
      </Facts>
      <table className="text-left">
        <caption className="spoken">Strata of the pack</caption>
        <thead className="text-quiet">
          <tr>
            {['Family', 'Difficulty', 'Tasks', 'Weight'].map((head, at) => (
              <th key={head} className={`pr-8 font-normal ${at > 0 ? 'text-right' : ''}`}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {commitment.strata.map((one) => (
            <tr key={`${one.family} ${one.difficulty}`} className="border-t border-rule">
              <th scope="row" className="py-0.5 pr-8 font-normal">
                {lineOf(one.family, 80)}
              </th>
              <td className="pr-8 text-right">{one.difficulty} of 5</td>
              <td className="pr-8 text-right">{one.tasks}</td>
              <td className="pr-8 text-right">{percent(one.weight / weight)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  )
}

const NotThere = () => (
  <Empty title="There is no such pack" isWholePage>
    <p>It may be mistyped, or nobody gave you the right to see it.</p>
  </Empty>
)
