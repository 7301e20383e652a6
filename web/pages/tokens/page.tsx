import { queryOptions, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { listTokens } from '../../api/client.ts'
import { sessionQuery } from '../../api/queries.ts'
import type { TokenMade } from '../../api/types.ts'
import { useMay } from '../../app/may.ts'
import { ReadFailed } from '../../ui/notice.tsx'
import { PageBody, PageHead } from '../../ui/page-head.tsx'
import { MadeToken } from './made.tsx'
import { MakeForm } from './make-form.tsx'
import { TokenTable } from './token-table.tsx'

const tokensQuery = queryOptions({
  queryKey: ['tokens'],
  queryFn: ({ signal }) => listTokens(signal),
})

/** Keys with which machines submit and read, instead of a person who signs in. */
export function TokensPage() {
  const { data, error, refetch } = useQuery(tokensQuery)
  const { data: session } = useQuery(sessionQuery)
  const [made, setMade] = useState<TokenMade | null>(null)
  const mayAdminister = useMay('administer')
  const tokens = data?.items ?? []
  const organisations = new Map(
    [
      ...tokens.map(({ organisation }) => organisation),
      ...(session ? [session.organisation] : []),
    ].map(({ id, name }) => [name, id]),
  )
  return (
    <>
      <PageHead
        title="Tokens"
        about="Admin: keys with which scanners and other machines hand in and read, without a person who signs in"
      />
      <PageBody>
        {error && <ReadFailed error={error} retry={() => void refetch()} />}
        {made && <MadeToken key={made.about.id} made={made} onDone={() => setMade(null)} />}
        <div className="grid grid-cols-1 gap-x-10 wide:grid-cols-[24rem_minmax(0,1fr)]">
          {mayAdminister && <MakeForm organisations={organisations} onMade={setMade} />}
          <TokenTable tokens={tokens} isRead={data !== undefined} />
        </div>
      </PageBody>
    </>
  )
}
