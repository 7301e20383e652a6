import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { publishDeskCounts } from '../../api/engagements.ts'
import { saysOf } from '../../api/problem.ts'
import { deskCountsQuery } from '../../api/queries.ts'
import { Button } from '../../ui/button.tsx'
import { Section } from '../../ui/section.tsx'
import { complain, said } from '../../ui/toast.tsx'

/** For whoever administers: whether everybody is told how many. */
export function Publishing() {
  const { data } = useQuery(deskCountsQuery)
  const queries = useQueryClient()
  const [isBusy, setIsBusy] = useState(false)
  if (data === undefined) return null
  const publish = async (isPublished: boolean): Promise<void> => {
    setIsBusy(true)
    try {
      await publishDeskCounts(isPublished)
      await queries.invalidateQueries({ queryKey: deskCountsQuery.queryKey })
      const words = isPublished ? 'Everybody is told how many.' : 'Nobody is told how many.'
      said(words, () => void publish(!isPublished))
    } catch (error) {
      complain(saysOf(error))
    }
    setIsBusy(false)
  }
  const { isPublished } = data
  return (
    <Section title="What everybody is told">
      <div className="flex flex-wrap items-center gap-3">
        <p className="max-w-[65ch]">
          {isPublished
            ? 'How many models were offered, agreed on and released here; nothing of which.'
            : 'Nothing.'}{' '}
          <Link to="/desk" className="link">
            The public page
          </Link>
        </p>
        <Button disabled={isBusy} onClick={() => void publish(!isPublished)}>
          {isPublished ? 'Publish it no more' : 'Publish how many'}
        </Button>
      </div>
    </Section>
  )
}
