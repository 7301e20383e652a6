import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { listHoney, makeHoney, retireHoney } from '../../api/client.ts'
import { saysOf } from '../../api/problem.ts'
import type { Honey } from '../../api/types.ts'
import { useMay } from '../../app/may.ts'
import { FormDialog } from '../../parts/actions/form.tsx'
import { caseName } from '../../parts/case-name.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { ReadFailed } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { said } from '../../ui/toast.tsx'
import { When } from '../../ui/when.tsx'

const honeyQuery = queryOptions({
  queryKey: ['honey'],
  queryFn: ({ signal }) => listHoney(signal),
})

/** Cases that nobody has a reason to open, for those who may know of them. */
export function HoneyPart() {
  const { data, error, refetch } = useQuery(honeyQuery)
  const queries = useQueryClient()
  const mayAdminister = useMay('administer')
  const [isMaking, setIsMaking] = useState(false)
  const again = () => queries.invalidateQueries({ queryKey: honeyQuery.queryKey })
  const retire = async ({ id }: Honey): Promise<void> => {
    try {
      await retireHoney(id)
      said('Retired: opening it tells nobody any more.')
    } catch (problem) {
      said(saysOf(problem))
    }
    await again()
  }
  return (
    <Section
      title="Honey"
      beside={mayAdminister && <Button onClick={() => setIsMaking(true)}>Make a honey case</Button>}
    >
      <p className="max-w-[70ch] text-quiet">
        Cases that nobody has a reason to open. To all others they look like any other; who opens
        one shows above at once.
      </p>
      {error && <ReadFailed error={error} retry={() => void refetch()} />}
      <ul className="max-w-[70rem]">
        {data?.items.map((one) => (
          <li
            key={one.id}
            className="flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-rule py-2"
          >
            <span className="grow">
              {caseName(one.case)} {lineOf(one.title, 120)}
              <span className="block text-small text-quiet">
                made by {lineOf(one.madeBy.name, 60)}, <When at={one.madeAt} />
              </span>
            </span>
            {one.retiredAt !== null && <span className="text-quiet">Retired</span>}
            {one.retiredAt === null && mayAdminister && (
              <Button onClick={() => void retire(one)}>
                Retire<span className="spoken"> {lineOf(one.title, 120)}</span>
              </Button>
            )}
          </li>
        ))}
      </ul>
      {isMaking && <MakeHoney onMade={again} onClose={() => setIsMaking(false)} />}
    </Section>
  )
}

const severities = ['Low', 'Medium', 'High', 'Critical'] as const
const empty = { organisation: '', purl: '', title: '', text: '', severity: 'High' } as const
type Typed = { readonly [Name in keyof typeof empty]: string }

type MakeProps = { readonly onMade: () => Promise<void>; readonly onClose: () => void }

function MakeHoney({ onMade, onClose }: MakeProps) {
  const [typed, setTyped] = useState<Typed>(empty)
  const field = useRef<HTMLInputElement>(null)
  const isWhole = Object.values(typed).every((one) => one.trim() !== '')
  const run = async (): Promise<void> => {
    const { organisation, purl, title, text, severity } = typed
    const enrichment = { title: title.trim(), description: text.trim(), severity }
    await makeHoney({
      organisation: organisation.trim(),
      report: { purl: purl.trim(), enrichment },
    })
    await onMade()
    said('Made. It stands among the other cases now.')
  }
  const line = (name: 'organisation' | 'purl' | 'title', of: { label: string; about: string }) => (
    <Field {...of}>
      {(given) => (
        <input
          {...given}
          {...(name === 'organisation' ? { ref: field } : {})}
          maxLength={200}
          value={typed[name]}
          onChange={({ target }) => setTyped({ ...typed, [name]: target.value })}
        />
      )}
    </Field>
  )
  return (
    <FormDialog
      title="Make a honey case"
      about="Make it believable: whoever looks around has to want to open it."
      does="Make it"
      missing={isWhole ? null : 'Fill in every field.'}
      {...{ run, onClose }}
      focus={field}
      isWide
    >
      {line('organisation', {
        label: 'Handed in by',
        about: 'An organisation with neither members nor tokens. A new name makes a new one.',
      })}
      {line('purl', { label: 'Package', about: 'As a package URL, such as pkg:npm/osprey@2.0.1.' })}
      {line('title', { label: 'Title', about: 'As it shows in lists and search.' })}
      <Field label="Severity" about="As the report has it.">
        {(given) => (
          <select
            {...given}
            value={typed.severity}
            onChange={({ target }) => setTyped({ ...typed, severity: target.value })}
          >
            {severities.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        )}
      </Field>
      <Field label="Text" about="What the report says.">
        {(given) => (
          <textarea
            {...given}
            rows={6}
            maxLength={10_000}
            value={typed.text}
            onChange={({ target }) => setTyped({ ...typed, text: target.value })}
          />
        )}
      </Field>
    </FormDialog>
  )
}
