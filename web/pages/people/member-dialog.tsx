import { useState } from 'react'
import { removeMember, setRole } from '../../api/client.ts'
import type { Member, Organisation } from '../../api/types.ts'
import { FormDialog } from '../../parts/actions/form.tsx'
import { lineOf } from '../../parts/outside-text.tsx'
import { roleWords } from '../../parts/role-words.ts'
import { AskOnce } from '../../ui/ask-once.tsx'
import { Notice } from '../../ui/notice.tsx'
import { said } from '../../ui/toast.tsx'
import { Roles } from './add-person.tsx'
import { useReadAgain } from './read-again.ts'

/** What is to be done to somebody as a member of one organisation. */
export type AskedOfMember = {
  readonly to: 'role' | 'remove'
  readonly member: Member
  readonly organisation: Organisation
}

type MemberDialogProps = {
  readonly asked: AskedOfMember
  /** The id of whoever looks. */
  readonly me: string
  readonly onClose: () => void
}

export function MemberDialog({ asked, me, onClose }: MemberDialogProps) {
  const { to, member, organisation } = asked
  const readAgain = useReadAgain()
  const of = { organisation: organisation.id, id: member.id }
  const isMe = member.id === me
  const name = lineOf(member.name, 100)
  if (to === 'role') {
    const change = async (role: Member['role']): Promise<void> => {
      await setRole(of, role)
      await readAgain()
      said(`${name} is ${roleWords[role].word.toLowerCase()} now.`)
    }
    return <RoleDialog {...{ member, isMe, change, onClose }} />
  }
  const remove = async (): Promise<void> => {
    await removeMember(of)
    await readAgain()
    said(`${name} is out of ${lineOf(organisation.name, 100)}.`)
  }
  return (
    <AskOnce
      title={`Take ${name} out of ${lineOf(organisation.name, 100)}?`}
      about="Their sessions for it end within a second, on every server. What they did and handed in stays. Adding them again later brings no session back."
      {...(isMe && { warning: 'You are signed out by this yourself.' })}
      does="Take out"
      keeps="Leave it so"
      run={remove}
      onClose={onClose}
    />
  )
}

type RoleDialogProps = {
  readonly member: Member
  readonly isMe: boolean
  readonly change: (role: Member['role']) => Promise<void>
  readonly onClose: () => void
}

function RoleDialog({ member, isMe, change, onClose }: RoleDialogProps) {
  const [role, setTyped] = useState(member.role)
  return (
    <FormDialog
      title={`What may ${lineOf(member.name, 100)} do?`}
      about="They are signed out and sign in again with the new role. Tokens of theirs that may more than it are revoked."
      does="Give this role"
      missing={role === member.role ? 'That is their role already.' : null}
      run={() => change(role)}
      onClose={onClose}
    >
      <Roles value={role} onValue={setTyped} />
      {isMe && <Notice tone="warn">You are signed out by this yourself.</Notice>}
    </FormDialog>
  )
}
