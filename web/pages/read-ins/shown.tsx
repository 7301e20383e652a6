import { readInAttachmentAddress } from '../../api/client.ts'
import type { Case, OwnReadIn, ShownPart } from '../../api/types.ts'
import { Code, lineOf, OutsideLink } from '../../parts/outside-text.tsx'
import { AttachmentAddress } from '../../parts/report-column.tsx'
import { ReportPair } from '../../parts/report-pair.tsx'
import { classes } from '../../ui/classes.ts'
import { HeadingLevel, Section } from '../../ui/section.tsx'
import { When } from '../../ui/when.tsx'

const markings: Readonly<Record<OwnReadIn['tier'], string>> = {
  ...{ '0': 'RED', '1': 'AMBER+STRICT', '1.5': 'AMBER+STRICT', '2': 'AMBER+STRICT' },
  ...{ '3': 'AMBER', '3.5': 'AMBER' },
}

type ShownProps = {
  readonly id: string
  readonly tier: OwnReadIn['tier']
  readonly part: ShownPart
}

/** What a read-in shows, between its marking. */
export function Shown({ id, tier, part }: ShownProps) {
  const isHeld = Number(tier) <= 2
  return (
    <HeadingLevel value={3}>
      {isHeld && <p className="printed-instead">Not printed: TLP:{markings[tier]}.</p>}
      <div
        id={`part-${id}`}
        className={classes(
          'mt-3 rounded-md border border-edge',
          isHeld && 'not-printed not-copied',
        )}
      >
        <Marking tier={tier} />
        <div className="px-3 pb-3">
          {isHeld && (
            <p className="py-2 text-small text-quiet">
              Printing and copying are switched off here as a reminder. That protects nothing from
              whoever means to keep it.
            </p>
          )}
          <Fields part={part} />
          {part.page && (
            <AttachmentAddress value={(file) => readInAttachmentAddress(id, file)}>
              <Whole found={part.page} />
            </AttachmentAddress>
          )}
        </div>
        <Marking tier={tier} />
      </div>
    </HeadingLevel>
  )
}

const Marking = ({ tier }: { readonly tier: OwnReadIn['tier'] }) => (
  <p className="bg-raised px-3 py-1 text-center font-mono font-semibold">TLP:{markings[tier]}</p>
)

function Fields({ part }: { readonly part: ShownPart }) {
  const { fix, timing, goLiveAt, artifacts } = part
  return (
    <>
      {(timing !== undefined || goLiveAt !== undefined) && (
        <Section title="Times">
          <dl className="grid grid-cols-[max-content_1fr] gap-x-4">
            {timing && <Moment name="Embargo until" at={timing.embargoUntil} />}
            {timing && <Moment name="Planned disclosure" at={timing.disclosureAt} />}
            {goLiveAt !== undefined && <Moment name="Goes live" at={goLiveAt} />}
          </dl>
        </Section>
      )}
      {artifacts && (
        <Section title="Artifacts">
          {artifacts.length === 0 && <p className="text-quiet">None yet.</p>}
          <ul>
            {artifacts.map(({ purl, version, sha256 }) => (
              <li key={`${purl} ${version}`} className="py-0.5 font-mono wrap-anywhere">
                <bdi>{lineOf(purl)}</bdi> {lineOf(version, 100)}
                {sha256 !== null && (
                  <span className="block text-small text-quiet">SHA-256 {sha256}</span>
                )}
              </li>
            ))}
          </ul>
        </Section>
      )}
      {fix && (
        <Section title="Fix">
          {fix.text === '' && fix.links.length === 0 && <p className="text-quiet">None yet.</p>}
          {fix.text !== '' && <Code text={fix.text} />}
          <ul>
            {fix.links.map((link) => (
              <li key={link}>
                <OutsideLink href={link} />
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  )
}

const Moment = ({ name, at }: { readonly name: string; readonly at: string | null }) => (
  <>
    <dt className="text-quiet">{name}</dt>
    <dd>{at === null ? 'not planned yet' : <When at={at} />}</dd>
  </>
)

function Whole({ found }: { readonly found: Case }) {
  return (
    <>
      <Section title={lineOf(found.title)}>
        <p>
          Severity {found.severity}, {found.verdict}. Packages:{' '}
          {found.packages.map((one) => lineOf(one, 100)).join(', ') || 'not known'}.
        </p>
      </Section>
      {found.reportList.map((report) => (
        <Section key={report.id} title="Report">
          <ReportPair reports={[report]} marks={[]} />
        </Section>
      ))}
      <Section title="What was decided">
        <ul>
          {found.history.map((event) => (
            <li key={event.id}>
              <When at={event.at} />: {lineOf(event.says, 600)}
            </li>
          ))}
        </ul>
      </Section>
    </>
  )
}
