import { useQueryClient } from '@tanstack/react-query'
import { endOtherSessions, endSession } from '../../api/client.ts'
import { saysOf } from '../../api/problem.ts'
import type { OwnSession } from '../../api/types.ts'
import { Button } from '../../ui/button.tsx'
import { Section } from '../../ui/section.tsx'
import { complain, said } from '../../ui/toast.tsx'
import { When } from '../../ui/when.tsx'
import { counted } from '../../ui/words.ts'

const factorWords = {
  link: 'a one-time link',
  passkey: 'a passkey',
  'recovery code': 'a recovery code',
  provider: 'a linked account',
} as const

/** Where the person is signed in, and the way to end what is not theirs. */
export function Sessions({ sessions }: { readonly sessions: readonly OwnSession[] }) {
  const queries = useQueryClient()
  const end = async (ending: Promise<string>): Promise<void> => {
    try {
      const says = await ending
      await queries.invalidateQueries({ queryKey: ['profile'] })
      said(says)
    } catch (error) {
      complain(saysOf(error))
    }
  }
  const endOne = async ({ id, from }: OwnSession): Promise<string> => {
    await endSession(id)
    return `The session from ${from || 'elsewhere'} has ended.`
  }
  const endOthers = async (): Promise<string> => {
    const { ended } = await endOtherSessions()
    return `${counted(ended, 'session')} ended; this one goes on.`
  }
  return (
    <Section
      title="Sessions"
      beside={
        sessions.length > 1 && (
          <Button onClick={() => void end(endOthers())}>End all but this one</Button>
        )
      }
    >
      <p className="mb-1 max-w-[65ch] text-quiet">
        Where you are signed in. A browser can call itself anything: end what you do not know.
      </p>
      <table className="w-full table-fixed text-left">
        <thead>
          <tr className="text-quiet">
            <th className="pr-4 font-normal">From</th>
            <th className="w-64 pr-4 font-normal max-rail:hidden">Opened</th>
            <th className="w-64 pr-4 font-normal max-rail:hidden">Last used</th>
            <th className="w-44 max-rail:w-24">
              <span className="spoken">Action</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {sessions.map((session) => (
            <Row key={session.id} session={session} onEnd={() => void end(endOne(session))} />
          ))}
        </tbody>
      </table>
    </Section>
  )
}

type RowProps = { readonly session: OwnSession; readonly onEnd: () => void }

function Row({ session, onEnd }: RowProps) {
  const { from, factor, isThisOne, openedAt, lastUsedAt } = session
  const used = lastUsedAt === null ? 'not since' : <When at={lastUsedAt} />
  return (
    <tr
      data-row
      tabIndex={-1}
      className="border-t border-rule align-baseline -outline-offset-2 hover:bg-hover"
    >
      <th scope="row" className="py-1 pr-4 font-normal wrap-anywhere">
        <span className="font-semibold">{from || 'Not known'}</span>
        {isThisOne && <span className="text-good"> ● This one</span>}
        <span className="block text-quiet">With {factorWords[factor]}</span>
        <span className="block text-quiet rail:hidden">
          Opened: <When at={openedAt} />. Last used: {used}
        </span>
      </th>
      <td className="pr-4 max-rail:hidden">
        <When at={openedAt} />
      </td>
      <td className="pr-4 max-rail:hidden">{used}</td>
      <td className="py-1 text-right">
        {!isThisOne && (
          <Button onClick={onEnd}>
            End<span className="spoken"> the session from {from}</span>
          </Button>
        )}
      </td>
    </tr>
  )
}
