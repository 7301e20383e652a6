import { useQueryClient } from '@tanstack/react-query'
import { sayOfEngagement } from '../../api/engagements.ts'
import type { Engagement, EngagementAct } from '../../api/types.ts'

/** Says something for one's side; the page shows what came of it at once. */
export function useSay({ id }: Pick<Engagement, 'id'>) {
  const queries = useQueryClient()
  return async (act: EngagementAct): Promise<void> => {
    const next = await sayOfEngagement(id, act)
    queries.setQueryData(['engagement', id], next)
    await Promise.all([
      queries.invalidateQueries({ queryKey: ['engagements'] }),
      queries.invalidateQueries({ queryKey: ['engagement-events', id] }),
    ])
  }
}
