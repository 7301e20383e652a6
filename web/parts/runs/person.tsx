import { useQuery } from '@tanstack/react-query'
import { createContext, type ReactNode, use } from 'react'
import { peopleQuery } from '../../api/queries.ts'
import { useMay } from '../../app/may.ts'
import { lineOf } from '../outside-text.tsx'

type Names = Readonly<Record<string, string>>
const Known = createContext<Names>({})

type NamedProps = { readonly names: Names; readonly children: ReactNode }

/** What people are called within: those whom an answer of the service names, by id. */
export const Named = ({ names, children }: NamedProps) => <Known value={names}>{children}</Known>

/** The name of somebody, where one may know it; otherwise the id that both sides know them by. */
export function Person({ id }: { readonly id: string }) {
  const names = use(Known)
  const mayRead = useMay('read')
  const isAsked = names[id] === undefined && mayRead
  const { data } = useQuery({ ...peopleQuery, enabled: isAsked })
  const name = names[id] ?? data?.items.find((one) => one.id === id)?.name
  return <span title={id}>{lineOf(name ?? id, 80)}</span>
}
