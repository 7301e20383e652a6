import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { makePartnerToken } from '../../api/engagements.ts'
import { ownPartnersQuery } from '../../api/queries.ts'
import type { Partner } from '../../api/types.ts'
import { GateToken } from '../../parts/gate-token.tsx'
import { OwnAccount } from '../../parts/own-account.tsx'
import { PartnerFacts } from '../../parts/partner-facts.tsx'
import { Occurrences, TellOccurrence } from '../../parts/partner-occurrences.tsx'
import { Button } from '../../ui/button.tsx'
import { Empty, ReadFailed } from '../../ui/notice.tsx'
import { PageBody, PageHead } from '../../ui/page-head.tsx'

/** Where somebody is named as a user of a trusted partner: until when, under which rule. */
export function EarlyAccessPage() {
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery(ownPartnersQuery)
  const items = data?.pages.flatMap((page) => page.items)
  return (
    <>
      <PageHead
        title="Early access"
        about="Models that you may have before the public does, because a developer named you"
      />
      <PageBody>
        {error && <ReadFailed error={error} retry={() => void refetch()} />}
        {data === undefined && !error && <p className="text-quiet">Reading…</p>}
        {items?.length === 0 && (
          <Empty title="You are named nowhere">
            <p>
              When a developer names you as one of the people of a trusted partner, it shows here,
              with the day on which it ends and what you do when something happens.
            </p>
          </Empty>
        )}
        <ul className="max-w-[56rem]">
          {items?.map((partner) => (
            <li key={partner.id} className="border-t border-rule py-3 first:border-t-0">
              <One partner={partner} />
            </li>
          ))}
        </ul>
        {hasNextPage && (
          <Button className="mt-2" onClick={() => void fetchNextPage()}>
            Show earlier ones
          </Button>
        )}
        <OwnAccount about="A developer names you by it: tell it to whoever is to name you." />
      </PageBody>
    </>
  )
}

function One({ partner }: { readonly partner: Partner }) {
  const [isTelling, setIsTelling] = useState(false)
  const queries = useQueryClient()
  const readAgain = () => queries.invalidateQueries({ queryKey: ownPartnersQuery.queryKey })
  return (
    <>
      <PartnerFacts partner={partner} />
      {partner.state === 'started' && (
        <div className="mt-1">
          <GateToken
            make={(wish) => makePartnerToken(partner.id, wish)}
            hoursMax={partner.rule.credentialHoursMax}
          />
        </div>
      )}
      <p className="mt-1">
        <Button onClick={() => setIsTelling(true)}>Something happened</Button>
      </p>
      <Occurrences partner={partner} onChanged={readAgain} />
      {isTelling && (
        <TellOccurrence
          {...{ partner }}
          onChanged={readAgain}
          onClose={() => setIsTelling(false)}
        />
      )}
    </>
  )
}
