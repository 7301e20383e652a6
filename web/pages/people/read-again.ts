import { useQueryClient } from '@tanstack/react-query'

/** Reads the organisations and their people again, here and wherever people are chosen. */
export function useReadAgain(): () => Promise<void> {
  const queries = useQueryClient()
  return async () => {
    await queries.invalidateQueries({ queryKey: ['organisations'] })
    await queries.invalidateQueries({ queryKey: ['people'] })
  }
}
