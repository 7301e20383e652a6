import { useQuery } from '@tanstack/react-query'
import { peopleQuery } from '../../api/queries.ts'
import { useMay } from '../../app/may.ts'
import { lineOf } from '../outside-text.tsx'

/** The name of somebody, where one may know it; otherwise the id that both sides know them by. */
export function Person({ id }: { readonly id: string }) {
  const mayRead = useMay('read')
  const { data } = useQuery({ ...peopleQuery, enabled: mayRead })
  const found = data?.items.find((one) => one.id === id)
  return <span title={id}>{lineOf(found?.name ?? id, 80)}</span>
}
