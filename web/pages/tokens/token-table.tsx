import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { saysOf } from '../../api/problem.ts'
import type { Token } from '../../api/types.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { roleWords } from '../../parts/role-words.ts'
import { useRowKeys } from '../../parts/row-keys.ts'
import { Button } from '../../ui/button.tsx'
import { classes } from '../../ui/classes.ts'
import { clockNow } from '../../ui/clock.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { said } from '../../ui/toast.tsx'
import { dateOf, When } from '../../ui/when.tsx'
import { stateOf, type TokenState } from './words.ts'

const stateWords: Readonly<Record<TokenState, readonly [string, string]>> = {
  works: ['✓ Works', 'text-good'],
  ended: ['– Ended', 'text-quiet'],
  revoked: ['✗ Revoked', 'text-quiet'],
}

type TokenTableProps = {
  readonly title: string
  readonly tokens: readonly Token[]
  readonly isRead: boolean
  /** What stands there while there is none. */
  readonly none: string
  /** Ends one for good; null for who may only see them. */
  readonly revoke: ((id: string) => Promise<unknown>) | null
}

/** Every token that was made, with when it was last used. */
export function TokenTable({ title, tokens, isRead, none, revoke }: TokenTableProps) {
  const [chosen, setChosen] = useState<Token | null>(null)
  const ref = useRowKeys<HTMLTableElement>('Tokens')
  const isEmpty = isRead && tokens.length === 0
  return (
    <Section title={title}>
      {!isRead && <p className="text-quiet">Reading…</p>}
      {isEmpty && <p className="max-w-[65ch] text-quiet">{none}</p>}
      {tokens.length > 0 && (
        <div className="relative overflow-x-auto">
          <table ref={ref} className="w-full text-left">
            <thead>
              <tr className="text-quiet">
                <th className="pr-4 font-normal">State</th>
                <th className="pr-4 font-normal">Token</th>
                <th className="pr-4 font-normal max-rail:hidden">Last used</th>
                <th className="pr-4 font-normal max-rail:hidden">Ends</th>
                <th>
                  <span className="spoken">Action</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {tokens.map((token) => (
                <Row
                  key={token.id}
                  token={token}
                  onRevoke={revoke === null ? null : () => setChosen(token)}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {chosen && revoke && <Revoke token={chosen} end={revoke} onClose={() => setChosen(null)} />}
    </Section>
  )
}

type RowProps = { readonly token: Token; readonly onRevoke: (() => void) | null }

function Row({ token, onRevoke }: RowProps) {
  const { name, organisation, role, owner, lastUsedAt, expiresAt, revokedAt, scopes, workload } =
    token
  const state = stateOf(token, clockNow())
  const [word, tone] = stateWords[state]
  const used = lastUsedAt === null ? 'never' : <When at={lastUsedAt} />
  const ends = revokedAt === null ? <When at={expiresAt} /> : `Revoked ${dateOf(revokedAt)}`
  return (
    <tr
      data-row
      tabIndex={-1}
      className="border-t border-rule align-baseline -outline-offset-2 hover:bg-hover"
    >
      <td className={classes('py-1 pr-4 whitespace-nowrap', tone)}>{word}</td>
      <th scope="row" className="pr-4 font-normal wrap-anywhere">
        <span className="font-semibold">{lineOf(name, 100)}</span>
        <span className="block text-quiet">
          {lineOf(organisation.name, 100)}, {roleWords[role].word.toLowerCase()}, made by{' '}
          {lineOf(owner, 60)}
        </span>
        {workload !== null && (
          <span className="block text-quiet">
            Used by {lineOf(workload.name, 100)} {lineOf(workload.version ?? '', 60)}
          </span>
        )}
        {scopes !== null && <span className="block text-quiet">May only: {scopes.join(', ')}</span>}
        <span className="block text-quiet rail:hidden">
          Last used: {used}. {revokedAt === null ? 'Ends: ' : ''}
          {ends}
        </span>
      </th>
      <td className="pr-4 max-rail:hidden">{used}</td>
      <td className="pr-4 max-rail:hidden">{ends}</td>
      <td className="text-right">
        {state === 'works' && onRevoke !== null && (
          <Button look="danger" onClick={onRevoke}>
            Revoke<span className="spoken"> {lineOf(name, 60)}</span>
          </Button>
        )}
      </td>
    </tr>
  )
}

type RevokeProps = {
  readonly token: Token
  readonly end: NonNullable<TokenTableProps['revoke']>
  readonly onClose: () => void
}

/** Asks once, because it cannot be undone. */
function Revoke({ token, end, onClose }: RevokeProps) {
  const queries = useQueryClient()
  const [problem, setProblem] = useState<string | null>(null)
  const [isBusy, setIsBusy] = useState(false)
  const revoke = async (): Promise<void> => {
    setIsBusy(true)
    try {
      await end(token.id)
      await queries.invalidateQueries({ queryKey: ['tokens'] })
      said(`"${lineOf(token.name, 100)}" is refused from now on.`)
      onClose()
    } catch (error) {
      setProblem(saysOf(error))
      setIsBusy(false)
    }
  }
  return (
    <Dialog
      title={`Revoke "${lineOf(token.name, 100)}"?`}
      about={`What uses it is refused within a second: it can no longer act for ${lineOf(token.organisation.name, 100)}. What it did stays. This cannot be undone; a new token can be made.`}
      isOpen
      onClose={onClose}
    >
      {problem !== null && <Notice tone="danger">{problem}</Notice>}
      <div className="mt-4 flex justify-end gap-2">
        <Button onClick={onClose}>Keep it</Button>
        <Button look="danger" disabled={isBusy} onClick={() => void revoke()}>
          Revoke
        </Button>
      </div>
    </Dialog>
  )
}
