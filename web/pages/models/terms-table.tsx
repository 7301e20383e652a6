import type { Engagement, Proposal, Terms } from '../../api/types.ts'
import {
  audienceWords,
  disclosureWords,
  disposalWords,
  modalityWords,
  moneyOf,
  publicationWords,
  purposeWords,
  reachWords,
  visibilityWords,
} from '../../parts/engagement-words.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { When } from '../../ui/when.tsx'
import { counted, grouped } from '../../ui/words.ts'
import { Fact } from './facts.tsx'

/** Several values in a line; what none of them means is said. */
const listed = (values: readonly string[], none: string): string =>
  values.length === 0 ? none : values.join(' · ')

const days = (count: number): string => (count === 0 ? 'not at all' : counted(count, 'day'))

type TermsProps = { readonly terms: Terms; readonly names: Engagement['names'] }

/** What evaluators may do, as a table that one can read. */
export function TermsTable({ terms, names }: TermsProps) {
  const { budget, retentionDays } = terms
  const people = terms.people.map((id) => lineOf(names[id] ?? id, 80))
  const places = terms.places.map((place) => lineOf(place))
  return (
    <dl>
      <Fact term="May be used to">
        {listed(
          terms.purposes.map((one) => purposeWords[one]),
          'Nothing',
        )}
      </Fact>
      <Fact term="By whom">{listed(people, 'Nobody yet: the evaluator names its people')}</Fact>
      <Fact term="Where">{listed(places, 'Nothing is said of where')}</Fact>
      <Fact term="The developer sees">{visibilityWords[terms.promptsShownToDeveloper]}</Fact>
      <Fact term="Results may go to">
        {listed(
          terms.audiences.map((one) => audienceWords[one]),
          'The two sides only',
        )}
      </Fact>
      <Fact term="May be published">{publicationWords[terms.publication]}</Fact>
      <Fact term="Kept after the end">
        Transcripts {days(retentionDays.transcripts)}, results {days(retentionDays.results)}
      </Fact>
      <Fact term="Afterwards">{disposalWords[terms.disposal]}</Fact>
      <Fact term="At most, in all">
        {counted(budget.requests, 'request')}, {counted(budget.tokens, 'token')},{' '}
        {moneyOf(budget.microUsd)}, {grouped(budget.atOnce)} at once
      </Fact>
    </dl>
  )
}

type ModelProps = { readonly proposal: Proposal; readonly names: Engagement['names'] }

/** The model as the developer describes it, the window, and what either side says of itself. */
export function ProposalTable({ proposal, names }: ModelProps) {
  const { model, window, plannedReleaseAt, documentSha256, disclosures, independence } = proposal
  return (
    <dl>
      <Fact term="Model">
        {lineOf(model.name)} {lineOf(model.version)}
        {model.isOpenWeight && '. Its weights will be published.'}
      </Fact>
      <Fact term="Takes and gives">
        {listed(
          model.modalities.map((one) => modalityWords[one]),
          'Nothing is said',
        )}
        ; {counted(model.contextTokens, 'token')} of context
      </Fact>
      <Fact term="Reached">{reachWords[model.reach]}</Fact>
      <Fact term="Safeguards">
        {listed(
          model.safeguards.map((one) => lineOf(one)),
          'Nothing is said',
        )}
      </Fact>
      <Fact term="Tools">
        {listed(
          model.tools.map((one) => lineOf(one)),
          'None',
        )}
      </Fact>
      <Fact term="Window">
        <When at={window.opensAt} /> until <When at={window.closesAt} />
      </Fact>
      <Fact term="Planned release">
        <When at={plannedReleaseAt} />
      </Fact>
      <Fact term="Agreement as a document">
        {documentSha256 === null ? (
          'None: these values are all'
        ) : (
          <span className="font-mono text-small">{documentSha256}</span>
        )}
      </Fact>
      {disclosures.map(({ kind, title, sha256 }) => (
        <Fact key={sha256} term={disclosureWords[kind]}>
          {lineOf(title)} <span className="block font-mono text-small text-quiet">{sha256}</span>
        </Fact>
      ))}
      <Independence independence={independence} names={names} />
    </dl>
  )
}

type IndependenceProps = Pick<ModelProps, 'names'> & Pick<Proposal, 'independence'>

const Independence = ({ independence, names }: IndependenceProps) =>
  independence.length === 0 ? (
    <Fact term="Independence">
      The evaluator has not said how independent it is. It does so with a counter-proposal, before
      anybody can accept.
    </Fact>
  ) : (
    independence.map(({ organisation, isIndependent, conflicts, declaredAt }) => (
      <Fact key={organisation} term="Independence">
        {lineOf(names[organisation] ?? organisation, 100)} says of itself that it is{' '}
        <strong>{isIndependent ? 'independent' : 'not independent'}</strong>,{' '}
        <When at={declaredAt} />.{' '}
        {conflicts.length === 0 ? 'It names no conflict of interest.' : 'Conflicts it names:'}
        <ul className="list-disc pl-5">
          {conflicts.map((one) => (
            <li key={one}>{lineOf(one)}</li>
          ))}
        </ul>
      </Fact>
    ))
  )
