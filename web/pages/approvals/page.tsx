import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { approvalsQuery } from '../../api/queries.ts'
import type { Approval } from '../../api/types.ts'
import { useMay } from '../../app/may.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { ReadFailed } from '../../ui/notice.tsx'
import { PageBody, PageHead } from '../../ui/page-head.tsx'
import { Section } from '../../ui/section.tsx'
import { Ago } from '../../ui/when.tsx'
import { AskForCases, AskForPolicy } from './ask.tsx'
import { HoldPart } from './hold.tsx'
import { stateWords, whyNotWords } from './words.ts'

/** What takes two people: what waits for whoever looks, what they asked for, and what is over. */
export function ApprovalsPage() {
  const { data, error, refetch } = useQuery(approvalsQuery)
  const mayAdminister = useMay('administer')
  const mayExport = useMay('export')
  return (
    <>
      <PageHead
        title="Approvals"
        about="What nobody does alone: one person asks, another one grants, and then it is done"
      />
      <PageBody>
        <HoldPart />
        {error && <ReadFailed error={error} retry={() => void refetch()} />}
        {data && (
          <div className="max-w-[70rem]">
            <List title="Waits for a second person" items={data.toDecide} isOpen>
              Nothing waits for you. What others ask for shows here, and the number of it beside
              “Approvals” on every page.
            </List>
            <List title="You asked for" items={data.mine} isOpen>
              Nothing of yours waits for somebody.
            </List>
            {mayAdminister && <AskForPolicy />}
            {mayExport && <AskForCases />}
            <List title="Over, newest first" items={data.past}>
              Nothing was decided yet.
            </List>
          </div>
        )}
      </PageBody>
    </>
  )
}

type ListProps = {
  readonly title: string
  readonly items: readonly Approval[]
  readonly isOpen?: boolean
  /** What to say where there is none. */
  readonly children: ReactNode
}

const List = ({ title, items, isOpen = false, children }: ListProps) => (
  <Section title={title}>
    {items.length === 0 ? (
      <p className="max-w-[65ch] text-quiet">{children}</p>
    ) : (
      <ul>
        {items.map((item) => (
          <Item key={item.id} item={item} isOpen={isOpen} />
        ))}
      </ul>
    )}
  </Section>
)

const Item = ({ item, isOpen }: { readonly item: Approval; readonly isOpen: boolean }) => (
  <li className="border-t border-rule py-2 first:border-t-0">
    <Link to="/approvals/$id" params={{ id: item.id }} className="link font-semibold">
      {item.title}
    </Link>{' '}
    <span className="text-quiet wrap-anywhere">{lineOf(item.subject, 100)}</span>
    <p className="wrap-anywhere">{lineOf(item.says[0] ?? '', 200)}</p>
    <p className="text-quiet">
      {lineOf(item.by.person.name, 60)}, {lineOf(item.by.organisation.name, 60)}, asked{' '}
      <Ago at={item.requestedAt} />
      {'. '}
      {isOpen ? (
        <>
          Ends <Ago at={item.expiresAt} />.
        </>
      ) : (
        stateWords[item.state]
      )}
    </p>
    {isOpen && !item.isMine && item.whyNot !== null && (
      <p className="text-quiet">✗ Not for you: {whyNotWords[item.whyNot]}</p>
    )}
  </li>
)
