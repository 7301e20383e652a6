import { useRef, useState } from 'react'
import type { CaseRow } from '../../api/types.ts'
import { Button } from '../../ui/button.tsx'
import { Chooser } from '../../ui/chooser.tsx'
import { counted } from '../../ui/words.ts'
import { caseName } from '../case-name.ts'
import { useCaseChoices } from '../case-search.ts'
import { lineOf } from '../outside-text.tsx'
import type { ActProps } from './about.ts'
import { useChanges } from './changes.ts'
import { FormDialog, WhyField } from './form.tsx'

/** Merges cases into one: chosen in the list, or looked for here. */
export function MergeDialog({ cases, onClose }: ActProps) {
  const [found, setFound] = useState<readonly CaseRow[]>(cases)
  const [keptId, setKeptId] = useState(cases[0]?.id)
  const [why, setWhy] = useState('')
  const { merge } = useChanges()
  const kept = found.find(({ id }) => id === keptId)
  const others = found.filter(({ id }) => id !== keptId)
  const reports = found.reduce((all, row) => all + row.reports, 0)
  const field = useRef<HTMLInputElement>(null)
  return (
    <FormDialog
      title="Merge"
      about="One vulnerability: same root cause and same fix. Every report and every credit is kept, and it can be undone."
      does={others.length > 0 ? `Merge into ${kept ? caseName(kept.id) : ''}` : 'Merge'}
      missing={kept && others.length > 0 ? null : 'Choose the other case first.'}
      onClose={onClose}
      run={async () => (kept ? merge(kept, others, why) : null)}
      focus={field}
      isWide
    >
      <fieldset>
        <legend>Which one stays? The others lead to it.</legend>
        {found.map((row) => (
          <label key={row.id} className="flex items-baseline gap-2 py-0.5">
            <input
              type="radio"
              name="kept"
              checked={row.id === keptId}
              onChange={() => setKeptId(row.id)}
            />
            <span className="grow wrap-anywhere">
              {caseName(row.id)} {lineOf(row.title, 160)}{' '}
              <span className="text-quiet">{counted(row.reports, 'report')}</span>
            </span>
            {!cases.includes(row) && (
              <Button look="quiet" onClick={() => setFound(found.filter((one) => one !== row))}>
                Leave out
              </Button>
            )}
          </label>
        ))}
      </fieldset>
      <OtherCase
        field={field}
        known={found}
        onTake={(row) => setFound([...found.filter(({ id }) => id !== row.id), row])}
      />
      <WhyField label="Why are they one?" value={why} onValue={setWhy} />
      {others.length > 0 && kept && (
        <p role="status">
          {caseName(kept.id)} then holds {counted(reports, 'report')}.
        </p>
      )}
    </FormDialog>
  )
}

type OtherCaseProps = {
  readonly known: readonly CaseRow[]
  readonly onTake: (row: CaseRow) => void
  readonly field: React.RefObject<HTMLInputElement | null>
}

/** Looks for a case that is not in the list, by its words or number. */
export function OtherCase({ known, onTake, field }: OtherCaseProps) {
  const [text, setText] = useState('')
  const choices = useCaseChoices(text, (row) => {
    setText('')
    onTake(row)
  }).filter(({ key }) => !known.some(({ id }) => id === key))
  return (
    <Chooser
      label="Another case"
      placeholder="Another case: words of its title, a package, a CVE"
      choices={choices}
      text={text}
      onText={setText}
      field={field}
      empty={text.trim().length < 2 ? 'Two letters are enough to look.' : 'No case fits.'}
    />
  )
}
