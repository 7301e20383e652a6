import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { endPackRight, givePackRight } from '../../api/evaluations.ts'
import { saysOf } from '../../api/problem.ts'
import type { Pack, PackRightWord } from '../../api/types.ts'
import { useKeys } from '../../app/keys.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { Person } from '../../parts/runs/person.tsx'
import { packQuery } from '../../parts/runs/queries.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { complain, said, undoLast } from '../../ui/toast.tsx'
import { When } from '../../ui/when.tsx'
import { rightWords } from './words.ts'

/** Who by name may see the pack, and who may fetch it; nobody does because of a role. */
export function Rights({ pack }: { readonly pack: Pack }) {
  useKeys('Rights', [
    { keys: ['u'], does: 'undo the last thing', isOff: !pack.mayKeep, run: undoLast },
  ])
  return (
    <Section title="Who may do what">
      <ul>
        {pack.rights.map((right) => (
          <li
            key={`${right.person} ${right.may}`}
            className="flex flex-wrap items-center gap-x-4 border-t border-rule py-1"
          >
            <span>
              <strong className="font-semibold">{lineOf(right.name, 80)}</strong>{' '}
              {rightWords[right.may]}
            </span>
            <span className="grow text-quiet">
              since <When at={right.givenAt} />
              {right.givenBy === null ? ', for committing to it' : <GivenBy id={right.givenBy} />}
            </span>
            {pack.mayKeep && <End pack={pack} right={right} />}
          </li>
        ))}
      </ul>
      {pack.mayKeep && <Give pack={pack} />}
    </Section>
  )
}

const GivenBy = ({ id }: { readonly id: string }) => (
  <>
    , given by <Person id={id} />
  </>
)

type EndProps = { readonly pack: Pack; readonly right: Pack['rights'][number] }

function End({ pack, right: { person, name, may } }: EndProps) {
  const queries = useQueryClient()
  const read = () => queries.invalidateQueries({ queryKey: packQuery(pack.id).queryKey })
  const end = async (): Promise<void> => {
    try {
      await endPackRight(pack.id, person)
      await read()
      said(`Ended what ${lineOf(name, 80)} may do`, () => {
        void givePackRight(pack.id, person, may).then(read, (error: unknown) =>
          complain(saysOf(error)),
        )
      })
    } catch (error) {
      complain(saysOf(error))
    }
  }
  return (
    <Button onClick={() => void end()}>
      End<span className="spoken"> the rights of {lineOf(name, 80)}</span>
    </Button>
  )
}

function Give({ pack }: { readonly pack: Pack }) {
  const queries = useQueryClient()
  const [person, setPerson] = useState('')
  const [may, setMay] = useState<PackRightWord>('view')
  const [problem, setProblem] = useState<string | null>(null)
  const give = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (person === '') return setProblem('Say who.')
    try {
      await givePackRight(pack.id, person, may)
      await queries.invalidateQueries({ queryKey: packQuery(pack.id).queryKey })
      said(`Gave the right: ${rightWords[may]}`)
      setPerson('')
      setProblem(null)
    } catch (error) {
      setProblem(saysOf(error))
    }
    return undefined
  }
  return (
    <form noValidate className="mt-3 max-w-96 space-y-3" onSubmit={(event) => void give(event)}>
      <PersonField {...{ pack, person }} onPerson={setPerson} />
      <Field label="They" about="To see that a pack is there is one thing, to fetch it another.">
        {(given) => (
          <select
            {...given}
            value={may}
            onChange={({ target }) => setMay(target.value === 'query' ? 'query' : 'view')}
          >
            <option value="view">{rightWords.view}</option>
            <option value="query">{rightWords.query}</option>
          </select>
        )}
      </Field>
      {problem !== null && <Notice tone="danger">{problem}</Notice>}
      <Button type="submit">Give the right</Button>
    </form>
  )
}

type PersonFieldProps = {
  readonly pack: Pack
  readonly person: string
  readonly onPerson: (id: string) => void
}

/** Whoever evaluates for the organisation whose pack it is, by name. */
const PersonField = ({ pack, person, onPerson }: PersonFieldProps) => (
  <Field label="Person" about="Whoever evaluates for this organisation.">
    {(given) => (
      <select {...given} value={person} onChange={({ target }) => onPerson(target.value)}>
        <option value="">Choose</option>
        {pack.colleagues.map(({ id, name }) => (
          <option key={id} value={id}>
            {lineOf(name, 80)}
          </option>
        ))}
      </select>
    )}
  </Field>
)
