import { useRef, useState } from 'react'
import { changeOrganisation, changePerson, saySameHuman } from '../../api/client.ts'
import type { Member, Organisation, PersonChange } from '../../api/types.ts'
import { FormDialog } from '../../parts/actions/form.tsx'
import { lineOf } from '../../parts/outside-text.tsx'
import { AskOnce } from '../../ui/ask-once.tsx'
import { said } from '../../ui/toast.tsx'
import { counted } from '../../ui/words.ts'
import { type AskedOfMember, MemberDialog } from './member-dialog.tsx'
import { JoinDialog, KindsDialog } from './organisation-dialogs.tsx'
import { useReadAgain } from './read-again.ts'

/** What is to be done to a person or to an organisation. */
export type Asked =
  | { readonly to: 'rename' | 'disable' | 'same'; readonly member: Member }
  | { readonly to: 'rename' | 'disable'; readonly organisation: Organisation }
  | { readonly to: 'join'; readonly member: Member }
  | { readonly to: 'kinds'; readonly organisation: Organisation }
  | AskedOfMember

type PeopleDialogProps = {
  readonly asked: Asked
  /** The id of whoever looks. */
  readonly me: string
  readonly people: readonly Member[]
  readonly organisations: readonly Organisation[]
  readonly onClose: () => void
}

export function PeopleDialog(props: PeopleDialogProps) {
  const { asked, me, organisations, onClose } = props
  if (isOfMember(asked)) return <MemberDialog {...{ asked, me, onClose }} />
  if (asked.to === 'kinds') {
    return <KindsDialog organisation={asked.organisation} onClose={onClose} />
  }
  if (asked.to === 'join')
    return <JoinDialog {...{ member: asked.member, organisations, onClose }} />
  return <ChangeDialog {...props} asked={asked} />
}

const isOfMember = (asked: Asked): asked is AskedOfMember =>
  asked.to === 'role' || asked.to === 'remove'

type Change = Exclude<Asked, AskedOfMember | { readonly to: 'join' | 'kinds' }>

function ChangeDialog({
  asked,
  me,
  people,
  onClose,
}: PeopleDialogProps & { readonly asked: Change }) {
  const readAgain = useReadAgain()
  const { id, name } = 'member' in asked ? asked.member : asked.organisation
  const change = async (wanted: PersonChange): Promise<void> => {
    await ('member' in asked ? changePerson(id, wanted) : changeOrganisation(id, wanted))
    await readAgain()
  }
  if (asked.to === 'same') return <Same {...{ member: asked.member, people, onClose }} />
  if (asked.to === 'rename') return <Rename {...{ name, change, onClose }} />
  const disable = async (): Promise<void> => {
    await change({ isDisabled: true })
    said(`${lineOf(name, 100)} is out.`)
  }
  const isMe =
    'member' in asked ? id === me : asked.organisation.people.some((one) => one.id === me)
  return (
    <AskOnce
      title={`Disable ${lineOf(name, 100)}?`}
      about={effectOf(asked)}
      {...(isMe && { warning: 'You are signed out by this yourself.' })}
      does="Disable"
      keeps="Leave it so"
      run={disable}
      onClose={onClose}
    />
  )
}

function effectOf(asked: Change): string {
  const whose =
    'member' in asked
      ? 'Their sessions end and the tokens that they answer for are revoked'
      : `Sessions of ${counted(asked.organisation.people.length, 'member')} end and all its tokens are revoked`
  return `${whose}, for good and within a second, on every server. What was handed in stays. Enabling later lets them sign in again, but brings no session and no token back.`
}

const sameWords =
  'One person’s accounts never approve what another of them asks for. You cannot take that back ' +
  'for accounts of your own.'

type SameProps = {
  readonly member: Member
  readonly people: readonly Member[]
  readonly onClose: () => void
}

/** Says that two accounts are one human's. */
function Same({ member, people, onClose }: SameProps) {
  const [other, setOther] = useState('')
  const readAgain = useReadAgain()
  const say = async (): Promise<void> => {
    await saySameHuman(member.id, other)
    await readAgain()
  }
  const others = people.filter(({ id }) => id !== member.id && !member.sameHuman.includes(id))
  return (
    <FormDialog
      title={`Which account is ${lineOf(member.name, 100)} too?`}
      about={sameWords}
      does="They are the same person"
      missing={other === '' ? 'Choose the other account.' : null}
      run={say}
      onClose={onClose}
    >
      <label className="block">
        <span className="block font-semibold">The other account</span>
        <select
          className="field mt-1 w-full"
          value={other}
          onChange={({ target }) => setOther(target.value)}
        >
          <option value="">Choose</option>
          {[...new Map(others.map((one) => [one.id, one])).values()].map(({ id, name }) => (
            <option key={id} value={id}>
              {lineOf(name, 100)} ({id})
            </option>
          ))}
        </select>
      </label>
    </FormDialog>
  )
}

type RenameProps = {
  readonly name: string
  readonly change: (wanted: PersonChange) => Promise<void>
  readonly onClose: () => void
}

function Rename({ name, change, onClose }: RenameProps) {
  const [typed, setTyped] = useState(name)
  const field = useRef<HTMLInputElement>(null)
  return (
    <FormDialog
      title={`Rename ${lineOf(name, 100)}`}
      does="Rename"
      missing={typed.trim() === '' ? 'It needs a name.' : null}
      run={() => change({ name: typed.trim() })}
      onClose={onClose}
      focus={field}
    >
      <label className="block">
        <span className="block font-semibold">Name</span>
        <input
          ref={field}
          className="field mt-1 w-full"
          maxLength={100}
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
        />
      </label>
    </FormDialog>
  )
}
