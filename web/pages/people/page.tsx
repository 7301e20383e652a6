import { queryOptions, useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { listOrganisations } from '../../api/client.ts'
import { sessionQuery } from '../../api/queries.ts'
import type { OneTimeLink, Organisation } from '../../api/types.ts'
import { useKeys } from '../../app/keys.ts'
import { useMay } from '../../app/may.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { useRowKeys } from '../../parts/row-keys.ts'
import { Button } from '../../ui/button.tsx'
import { ReadFailed } from '../../ui/notice.tsx'
import { PageBody, PageHead } from '../../ui/page-head.tsx'
import { Section } from '../../ui/section.tsx'
import { AddPerson } from './add-person.tsx'
import { type Asked, PeopleDialog } from './dialogs.tsx'
import { Factors } from './factors.tsx'
import { MadeLink } from './made-link.tsx'
import { OrganisationPart } from './organisation-part.tsx'

const organisationsQuery = queryOptions({
  queryKey: ['organisations'],
  queryFn: ({ signal }) => listOrganisations(signal),
})

/** Who belongs to this instance, and who no longer does. */
export function PeoplePage() {
  const { data, error, refetch } = useQuery(organisationsQuery)
  const { data: session } = useQuery(sessionQuery)
  const [made, setMade] = useState<OneTimeLink | null>(null)
  const [asked, setAsked] = useState<Asked | null>(null)
  const first = useRef<HTMLInputElement>(null)
  const mayAdminister = useMay('administer')
  useKeys('People', [
    {
      keys: ['c'],
      does: 'add a person',
      isOff: !mayAdminister,
      run: () => first.current?.focus(),
    },
  ])
  const rows = useRowKeys<HTMLDivElement>('People')
  const organisations = data?.items ?? []
  const people = organisations.flatMap((one) => one.people)
  const nameOf = (id: string): string =>
    lineOf(people.find((one) => one.id === id)?.name ?? id, 100)
  return (
    <>
      <PageHead
        title="People"
        about="Admin: the organisations of this instance and who belongs to them"
      >
        {mayAdminister && (
          <Button hint="c" onClick={() => first.current?.focus()}>
            Add a person
          </Button>
        )}
      </PageHead>
      <PageBody>
        {error && <ReadFailed error={error} retry={() => void refetch()} />}
        {made && <MadeLink key={made.link} made={made} onDone={() => setMade(null)} />}
        <div className="grid grid-cols-1 gap-x-10 split:grid-cols-[minmax(0,1fr)_20rem]">
          <div ref={rows} className="max-w-[70rem]">
            {data && mayAdminister && <Alone organisations={organisations} />}
            {organisations.map((organisation) => (
              <OrganisationPart
                key={organisation.id}
                {...{ organisation, onAsked: setAsked, onMade: setMade, nameOf }}
                me={session?.person.id ?? ''}
              />
            ))}
            {data && <Factors />}
          </div>
          {mayAdminister && <AddPerson {...{ organisations, first }} onMade={setMade} />}
        </div>
        {asked && (
          <PeopleDialog
            {...{ asked, people, organisations }}
            me={session?.person.id ?? ''}
            onClose={() => setAsked(null)}
          />
        )}
      </PageBody>
    </>
  )
}

/** What somebody learns who is alone here. */
function Alone({ organisations }: { readonly organisations: readonly Organisation[] }) {
  const active = organisations
    .flatMap(({ people }) => people)
    .filter(({ role, disabledAt }) => role === 'coordinator' && disabledAt === null)
  const [only] = active
  if (active.length > 1 || only === undefined) return null
  return (
    <Section title="Next">
      <p className="max-w-[65ch] text-read text-quiet">
        {lineOf(only.name, 100)} is the only active coordinator here. Add a second one: work goes on
        while one is away or locked out, and each can disable the other when they leave.
      </p>
    </Section>
  )
}
