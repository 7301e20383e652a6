import { useQuery } from '@tanstack/react-query'
import { sessionQuery } from '../api/queries.ts'
import type { Permission } from '../api/types.ts'

/** Whether who is signed in may do something; what one may not do is not offered. */
export function useMay(permission: Permission): boolean {
  const { data: session } = useQuery(sessionQuery)
  return session?.permissions.includes(permission) ?? false
}
