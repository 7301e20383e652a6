import {
  changeOrganisation,
  changePerson,
  makeOneTimeLink,
  unsaySameHuman,
} from '../../api/client.ts'
import { saysOf } from '../../api/problem.ts'
import type { Member, OneTimeLink, Organisation } from '../../api/types.ts'
import { useMay } from '../../app/may.ts'
import { kindWords } from '../../parts/organisation-kinds.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { roleWords } from '../../parts/role-words.ts'
import { Button } from '../../ui/button.tsx'
import { Menu, type MenuItem } from '../../ui/menu.tsx'
import { Section } from '../../ui/section.tsx'
import { complain, said } from '../../ui/toast.tsx'
import { Ago, When } from '../../ui/when.tsx'
import { counted } from '../../ui/words.ts'
import type { Asked } from './dialogs.tsx'
import { useReadAgain } from './read-again.ts'

type PartProps = {
  readonly organisation: Organisation
  /** The id of whoever looks. */
  readonly me: string
  readonly onAsked: (asked: Asked) => void
  readonly onMade: (made: OneTimeLink) => void
  /** What somebody is called, by their id. */
  readonly nameOf: (id: string) => string
}

/** One organisation and its people. */
export function OrganisationPart({ organisation, me, onAsked, onMade, nameOf }: PartProps) {
  const { id, name, kinds, people, disabledAt } = organisation
  const enable = useEnable()
  const items: MenuItem[] = [
    { label: 'Rename', run: () => onAsked({ to: 'rename', organisation }) },
    { label: 'Say what it is', run: () => onAsked({ to: 'kinds', organisation }) },
    disabledAt === null
      ? { label: 'Disable', run: () => onAsked({ to: 'disable', organisation }) }
      : { label: 'Enable', run: () => enable(name, () => changeOrganisation(id, active)) },
  ]
  const mayAdminister = useMay('administer')
  return (
    <Section
      title={lineOf(name, 200)}
      beside={
        <>
          {kinds.length > 0 && (
            <span className="text-quiet">{kinds.map((kind) => kindWords[kind]).join(', ')}</span>
          )}
          {disabledAt !== null && (
            <span className="text-quiet">
              ✗ Disabled <Ago at={disabledAt} />
            </span>
          )}
          {mayAdminister && (
            <Menu
              trigger={
                <Button>
                  Change<span className="spoken"> {lineOf(name, 60)}</span>
                </Button>
              }
              items={items}
            />
          )}
        </>
      }
    >
      {people.length === 0 ? (
        <p className="max-w-[65ch] text-quiet">
          Nobody yet: only machines with tokens hand in for it. Add a person who is to follow what
          became of it.
        </p>
      ) : (
        <People {...{ organisation, me, onAsked, onMade, nameOf }} />
      )}
    </Section>
  )
}

const active = { isDisabled: false } as const

function People({ organisation, me, onAsked, onMade, nameOf }: PartProps) {
  return (
    <table className="w-full table-fixed text-left">
      <caption className="spoken">
        {counted(organisation.people.length, 'member')} of {lineOf(organisation.name, 200)}
      </caption>
      <thead>
        <tr className="text-quiet">
          <th className="pr-4 font-normal">Person</th>
          <th className="w-28 pr-4 font-normal max-rail:hidden">Role</th>
          <th className="w-40 pr-4 font-normal max-rail:hidden">Last seen</th>
          <th className="w-28">
            <span className="spoken">Action</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {organisation.people.map((member) => (
          <Row key={member.id} {...{ organisation, member, me, onAsked, onMade, nameOf }} />
        ))}
      </tbody>
    </table>
  )
}

type RowProps = PartProps & { readonly member: Member }

function Row({ organisation, member, me, onAsked, onMade, nameOf }: RowProps) {
  const { id, name, role, disabledAt, lastSeenAt, sameHuman } = member
  const mayAdminister = useMay('administer')
  const items = useItems({ organisation, member, me, onAsked, onMade, nameOf })
  const seen = lastSeenAt === null ? 'never' : <Ago at={lastSeenAt} />
  return (
    <tr
      data-row
      tabIndex={-1}
      className="border-t border-rule align-baseline -outline-offset-2 hover:bg-hover"
    >
      <th scope="row" className="py-1 pr-4 font-normal wrap-anywhere">
        <span className="font-semibold">{lineOf(name, 100)}</span>
        {id === me && <span className="text-good"> ● You</span>}
        {sameHuman.length > 0 && (
          <span className="block text-quiet">
            Same person as {sameHuman.map(nameOf).join(', ')}
          </span>
        )}
        {disabledAt !== null && (
          <span className="block text-quiet">
            ✗ Disabled <When at={disabledAt} />
          </span>
        )}
        <span className="block font-mono text-small text-quiet max-rail:hidden">{id}</span>
        <span className="block text-quiet rail:hidden">
          {roleWords[role].word}. Last seen: {seen}
        </span>
      </th>
      <td className="pr-4 max-rail:hidden">{roleWords[role].word}</td>
      <td className="pr-4 max-rail:hidden">{seen}</td>
      <td className="py-1 text-right">
        {mayAdminister && (
          <Menu
            trigger={
              <Button>
                Change<span className="spoken"> {lineOf(name, 60)}</span>
              </Button>
            }
            items={items}
          />
        )}
      </td>
    </tr>
  )
}

function useItems({ organisation, member, onAsked, onMade }: RowProps): MenuItem[] {
  const { id, name, disabledAt } = member
  const enable = useEnable()
  const link = (): void => {
    makeOneTimeLink(id).then(onMade, (error: unknown) => complain(saysOf(error)))
  }
  const readAgain = useReadAgain()
  const unsay = (): void => {
    unsaySameHuman(id).then(
      async () => {
        await readAgain()
        said(`${lineOf(name, 100)} is a person of their own again.`)
      },
      (error: unknown) => complain(saysOf(error)),
    )
  }
  const human: MenuItem[] = [
    { label: 'Same person as…', run: () => onAsked({ to: 'same', member }) },
    ...(member.sameHuman.length > 0 ? [{ label: 'Not the same person', run: unsay }] : []),
  ]
  const rename: MenuItem = { label: 'Rename', run: () => onAsked({ to: 'rename', member }) }
  if (disabledAt !== null) {
    return [rename, { label: 'Enable', run: () => enable(name, () => changePerson(id, active)) }]
  }
  return [
    { label: 'Make a one-time link', isOff: organisation.disabledAt !== null, run: link },
    rename,
    { label: 'Add to another organisation', run: () => onAsked({ to: 'join', member }) },
    { label: 'Give another role', run: () => onAsked({ to: 'role', member, organisation }) },
    {
      label: 'Take out of this organisation',
      run: () => onAsked({ to: 'remove', member, organisation }),
    },
    ...human,
    { label: 'Disable', run: () => onAsked({ to: 'disable', member }) },
  ]
}

/** Enabling lets nobody in by itself, so that it is done at once. */
function useEnable(): (name: string, run: () => Promise<void>) => void {
  const readAgain = useReadAgain()
  return (name, run) => {
    run().then(
      async () => {
        await readAgain()
        said(`${lineOf(name, 100)} may sign in again. Sessions and tokens of before stay ended.`)
      },
      (error: unknown) => complain(saysOf(error)),
    )
  }
}
