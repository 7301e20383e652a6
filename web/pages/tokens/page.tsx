import { queryOptions, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { listTokens, revokeToken } from '../../api/client.ts'
import { sessionQuery } from '../../api/queries.ts'
import type { Session, TokenMade } from '../../api/types.ts'
import { useMay } from '../../app/may.ts'
import { ReadFailed } from '../../ui/notice.tsx'
import { PageBody, PageHead } from '../../ui/page-head.tsx'
import { MadeToken } from './made.tsx'
import { MakeForm } from './make-form.tsx'
import { OwnTokens } from './own.tsx'
import { TokenTable } from './token-table.tsx'

const tokensQuery = queryOptions({
  queryKey: ['tokens'],
  queryFn: ({ signal }) => listTokens(signal),
})

/** Keys with which programs act for somebody: one's own, and for who may, those of all. */
export function TokensPage() {
  const { data: session } = useQuery(sessionQuery)
  const mayAdminister = useMay('administer')
  const mayAudit = useMay('audit')
  return (
    <>
      <PageHead
        title="Tokens"
        about={
          mayAdminister
            ? 'Admin: keys with which scanners and other machines hand in and read, without a person who signs in'
            : 'Keys with which your own programs act for you, without a person who signs in'
        }
      />
      <PageBody>
        {session && !mayAdminister && <OwnTokens session={session} />}
        {session && mayAudit && <AllTokens session={session} />}
      </PageBody>
    </>
  )
}

/** Every token of the instance, and the form for those of machines. */
function AllTokens({ session }: { readonly session: Session }) {
  const { data, error, refetch } = useQuery(tokensQuery)
  const [made, setMade] = useState<TokenMade | null>(null)
  const mayAdminister = useMay('administer')
  const tokens = data?.items ?? []
  const organisations = new Map(
    [...tokens.map(({ organisation }) => organisation), session.organisation].map(
      ({ id, name }) => [name, id],
    ),
  )
  return (
    <>
      {error && <ReadFailed error={error} retry={() => void refetch()} />}
      {made && <MadeToken key={made.about.id} made={made} onDone={() => setMade(null)} />}
      <div className="grid grid-cols-1 gap-x-10 wide:grid-cols-[24rem_minmax(0,1fr)]">
        {mayAdminister && <MakeForm organisations={organisations} onMade={setMade} />}
        <TokenTable
          title={mayAdminister ? 'Tokens that were made' : 'All tokens of this instance'}
          tokens={tokens}
          isRead={data !== undefined}
          none="None yet. Make one for each machine that hands in findings: when one of them is lost, only that one is revoked, and the others go on."
          revoke={mayAdminister ? revokeToken : null}
        />
      </div>
    </>
  )
}
