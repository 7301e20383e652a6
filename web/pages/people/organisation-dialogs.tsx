import { useState } from 'react'
import { addMembership, changeOrganisation } from '../../api/client.ts'
import type { Member, Organisation } from '../../api/types.ts'
import { FormDialog } from '../../parts/actions/form.tsx'
import { kindWords, organisationKinds } from '../../parts/organisation-kinds.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { roleIn, roles, roleWords } from '../../parts/role-words.ts'
import { Choices } from '../../ui/choices.tsx'
import { Field } from '../../ui/field.tsx'
import { said } from '../../ui/toast.tsx'
import { useReadAgain } from './read-again.ts'

type KindsProps = { readonly organisation: Organisation; readonly onClose: () => void }

/** What an organisation is: several kinds, or none that was said. */
export function KindsDialog({ organisation: { id, name, kinds }, onClose }: KindsProps) {
  const [chosen, setChosen] = useState([...kinds])
  const readAgain = useReadAgain()
  const save = async (): Promise<void> => {
    await changeOrganisation(id, { kinds: chosen })
    await readAgain()
  }
  return (
    <FormDialog
      title={`What ${lineOf(name, 100)} is`}
      does="Save"
      missing={null}
      run={save}
      onClose={onClose}
    >
      <Choices
        legend="Kinds"
        about="Several where it is several; none where nobody has to know."
        choices={organisationKinds.map((kind) => [kind, kindWords[kind]])}
        chosen={chosen}
        onChosen={setChosen}
      />
    </FormDialog>
  )
}

type JoinProps = {
  readonly member: Member
  readonly organisations: readonly Organisation[]
  readonly onClose: () => void
}

/** Makes somebody a member of one more organisation. */
export function JoinDialog({ member: { id, name }, organisations, onClose }: JoinProps) {
  const [organisation, setOrganisation] = useState('')
  const [role, setRole] = useState(roleIn(''))
  const readAgain = useReadAgain()
  const add = async (): Promise<void> => {
    await addMembership(id, { organisation, role })
    said(`${lineOf(name, 100)} finds it in the menu with their name.`)
    await readAgain()
  }
  const others = organisations.filter(
    ({ people, disabledAt }) => disabledAt === null && !people.some((one) => one.id === id),
  )
  return (
    <FormDialog
      title={`Add ${lineOf(name, 100)} to another organisation`}
      does="Add"
      missing={organisation === '' ? 'Choose an organisation.' : null}
      run={add}
      onClose={onClose}
    >
      <div className="space-y-3">
        <Field label="Organisation" about="They stay in those where they are.">
          {(given) => (
            <select
              {...given}
              value={organisation}
              onChange={({ target }) => setOrganisation(target.value)}
            >
              <option value="">Choose one</option>
              {others.map((one) => (
                <option key={one.id} value={one.id}>
                  {lineOf(one.name, 100)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label="Role" about={roleWords[role].means}>
          {(given) => (
            <select
              {...given}
              value={role}
              onChange={({ target }) => setRole(roleIn(target.value))}
            >
              {roles.map((one) => (
                <option key={one} value={one}>
                  {roleWords[one].word}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
    </FormDialog>
  )
}
