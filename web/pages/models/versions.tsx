import { Link } from '@tanstack/react-router'
import type { Engagement, ProposalVersion } from '../../api/types.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { Section } from '../../ui/section.tsx'
import { When } from '../../ui/when.tsx'
import { counted } from '../../ui/words.ts'
import { allowsMarks, memberWord, valueWord } from './change-words.ts'

type VersionsProps = {
  readonly engagement: Engagement
  /** The number of the one that is opened; the newest otherwise. */
  readonly open: ProposalVersion
}

/** Every version that was on the table, and what changed with the one that is open. */
export function Versions({ engagement, open }: VersionsProps) {
  const { versions, names, id } = engagement
  return (
    <Section title="What changed" beside={<Tally version={open} />}>
      <nav aria-label="Versions" className="mb-2 flex flex-wrap gap-x-4 gap-y-1">
        {versions.map((one) => (
          <Link
            key={one.number}
            to="/models/$id"
            params={{ id }}
            search={one === versions.at(-1) ? {} : { version: String(one.number) }}
            aria-current={one === open ? 'true' : undefined}
            className={one === open ? 'font-semibold' : 'link'}
          >
            Version {one.number}
            {one === versions.at(-1) && ' (newest)'}
          </Link>
        ))}
      </nav>
      <p className="text-quiet">
        By {lineOf(engagement[open.by].name, 100)}
        {open.isNarrowing && ', who took something back'}, <When at={open.at} />
        <span className="block font-mono text-small wrap-anywhere">SHA-256 {open.digest}</span>
      </p>
      <Diff version={open} names={names} />
    </Section>
  )
}

/** How many changes allow more, and how many less. */
const Tally = ({ version: { changes } }: { readonly version: ProposalVersion }) => {
  const count = (allows: 'more' | 'less') => changes.filter((one) => one.allows === allows).length
  if (changes.length === 0) return null
  return (
    <span className="text-quiet">
      {counted(changes.length, 'change')}: {count('more')} allow more, {count('less')} allow less
    </span>
  )
}

type DiffProps = Pick<Engagement, 'names'> & { readonly version: ProposalVersion }

/** The differences to the version before, member by member. */
export function Diff({ version: { number, changes }, names }: DiffProps) {
  if (changes.length === 0) {
    return (
      <p className="mt-1 max-w-[65ch] text-quiet">
        {number === 1
          ? 'It is the first version: there is nothing to compare it with.'
          : 'Nothing changed.'}
      </p>
    )
  }
  return (
    <table className="mt-2 w-full text-left">
      <caption className="spoken">Version {number} against the one before</caption>
      <thead className="max-rail:spoken">
        <tr className="text-quiet">
          <th className="pr-4 font-normal">What</th>
          <th className="pr-4 font-normal">Was</th>
          <th className="pr-4 font-normal">Is</th>
          <th className="font-normal">Evaluators</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ at, was, is, allows }) => (
          <tr key={at} className="border-t border-rule align-baseline max-rail:block max-rail:py-1">
            <th scope="row" className="py-1 pr-4 font-normal text-quiet max-rail:block">
              {memberWord(at)}
            </th>
            <td className="pr-4 wrap-anywhere max-rail:block">
              <span className="spoken">was: </span>
              <del className="text-quiet">{valueWord(at, was, names)}</del>
            </td>
            <td className="pr-4 wrap-anywhere max-rail:block">
              <span className="spoken">is: </span>
              <ins className="no-underline">{valueWord(at, is, names)}</ins>
            </td>
            <td className="whitespace-nowrap max-rail:block">
              {allows !== null && (
                <span className={allowsMarks[allows].tone}>
                  <span aria-hidden="true">{allowsMarks[allows].sign}</span>{' '}
                  {allowsMarks[allows].word}
                </span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
