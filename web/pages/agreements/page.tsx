import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { sessionQuery } from '../../api/queries.ts'
import type { AgreementFace } from '../../api/types.ts'
import { useMay } from '../../app/may.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { useRowKeys } from '../../parts/row-keys.ts'
import { Button } from '../../ui/button.tsx'
import { Notice, ReadFailed } from '../../ui/notice.tsx'
import { PageBody, PageHead } from '../../ui/page-head.tsx'
import { Section } from '../../ui/section.tsx'
import { When } from '../../ui/when.tsx'
import { Acceptances } from './acceptances.tsx'
import { Publish } from './publish.tsx'
import { ReadAgreement } from './read-agreement.tsx'
import { agreementsQuery, askedOf, kindWords } from './words.ts'

/** What people agree to here: to read and to accept, and for administrators to publish. */
export function AgreementsPage() {
  const { data: session } = useQuery(sessionQuery)
  const { data, error, refetch } = useQuery(agreementsQuery)
  const [chosen, setChosen] = useState<AgreementFace | null>(null)
  const mayAdminister = useMay('administer')
  const mayAudit = useMay('audit')
  const all = data?.items ?? []
  const needed = all.filter(({ isNeeded }) => isNeeded)
  const shown = chosen === null ? needed : all.filter(({ kind }) => kind === chosen.kind)
  const organisation = lineOf(session?.organisation.name ?? '', 100)
  return (
    <>
      <PageHead
        title="Agreements"
        about={`What you agree to for ${organisation}, and when you did`}
      />
      <PageBody>
        {error && <ReadFailed error={error} retry={() => void refetch()} />}
        {needed.length > 0 && (
          <Notice tone="warn">
            {needed.length === 1 ? 'One agreement is' : `${needed.length} agreements are`} asked of
            you. Until you accept, this page, your profile and signing out are all that works here.
          </Notice>
        )}
        <div className="max-w-[70rem]">
          {shown.map(({ kind, version }) => (
            <ReadAgreement key={`${kind}${version}`} {...{ kind, version, organisation }} />
          ))}
          {data && <Current items={all} onRead={setChosen} />}
          {mayAudit && <Acceptances />}
          {mayAdminister && <Publish />}
        </div>
      </PageBody>
    </>
  )
}

type CurrentProps = {
  readonly items: readonly AgreementFace[]
  readonly onRead: (chosen: AgreementFace) => void
}

/** Of each kind the version that counts. */
function Current({ items, onRead }: CurrentProps) {
  const ref = useRowKeys<HTMLTableElement>('Agreements')
  return (
    <Section title="All agreements">
      {items.length === 0 ? (
        <p className="max-w-[65ch] text-quiet">
          None was published here, so nothing is asked of anybody.
        </p>
      ) : (
        <table ref={ref} className="w-full text-left">
          <thead>
            <tr className="text-quiet">
              <th className="pr-4 font-normal">Agreement</th>
              <th className="pr-4 font-normal max-rail:hidden">Published</th>
              <th className="pr-4 font-normal">You</th>
              <th>
                <span className="spoken">Action</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {items.map((one) => (
              <Row key={one.kind} one={one} onRead={() => onRead(one)} />
            ))}
          </tbody>
        </table>
      )}
    </Section>
  )
}

function Row({ one, onRead }: { readonly one: AgreementFace; readonly onRead: () => void }) {
  const { kind, version, publishedAt, acceptedAt, isNeeded } = one
  return (
    <tr
      data-row
      tabIndex={-1}
      className="border-t border-rule align-baseline -outline-offset-2 hover:bg-hover"
    >
      <th scope="row" className="py-1 pr-4 font-normal">
        <span className="font-semibold">{kindWords[kind].word}</span>, version {version}
        <span className="block text-quiet">
          {kindWords[kind].means}; asked of {askedOf(one)}
        </span>
      </th>
      <td className="pr-4 max-rail:hidden">
        <When at={publishedAt} />
      </td>
      <td className="pr-4">
        {acceptedAt !== null ? (
          <span>
            <span className="text-good">✓ Accepted</span> <When at={acceptedAt} />
          </span>
        ) : isNeeded ? (
          <span className="text-warn">● To accept</span>
        ) : (
          <span className="text-quiet">– Not asked of you</span>
        )}
      </td>
      <td className="text-right">
        <Button onClick={onRead}>
          Read<span className="spoken"> {kindWords[kind].word}</span>
        </Button>
      </td>
    </tr>
  )
}
