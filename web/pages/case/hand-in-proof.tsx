import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { addProof } from '../../api/client.ts'
import { isProblem, type Violation } from '../../api/problem.ts'
import type { Case, ProofFile } from '../../api/types.ts'
import { FormDialog } from '../../parts/actions/form.tsx'
import { lineOf } from '../../parts/outside-text.tsx'
import { Field } from '../../ui/field.tsx'
import { said } from '../../ui/toast.tsx'
import { sizeOf } from '../../ui/words.ts'

type HandInProps = { readonly found: Case; readonly onClose: () => void }

/** As the server: a longer one is refused before it is read. */
const bytesMax = 64 * 2 ** 20
const faultsShown = 8

/** Hands in a bundle for a report of the case; what is wrong with it is said by its place. */
export function HandInProof({ found, onClose }: HandInProps) {
  const [file, setFile] = useState<File | null>(null)
  const [report, setReport] = useState('')
  const [faults, setFaults] = useState<readonly Violation[]>([])
  const field = useRef<HTMLInputElement>(null)
  const queries = useQueryClient()
  const run = async (): Promise<unknown> => {
    if (file === null) return null
    setFaults([])
    try {
      const { isSame } = await addProof(found.id, { file, type: typeOf(file), report })
      await queries.invalidateQueries({ queryKey: ['case-proofs', found.id] })
      said(isSame ? 'This very proof was here already.' : 'Handed in: it waits to be run.')
      return null
    } catch (error) {
      if (isProblem(error)) setFaults(error.errors)
      return error
    }
  }
  return (
    <FormDialog
      title="Hand in a proof"
      about="An archive (tar, tar.gz or zip) with a proof.yaml. It is read here, kept sealed, and run in a sandbox without a network."
      does="Hand it in"
      missing={missingOf(file)}
      run={run}
      onClose={onClose}
      focus={field}
    >
      <Field
        label="Bundle"
        about={`Up to ${sizeOf(bytesMax)}. parley proof check looks at it first.`}
      >
        {(given) => (
          <input
            {...given}
            ref={field}
            type="file"
            accept=".tar,.gz,.tgz,.zip"
            onChange={({ target }) => setFile(target.files?.[0] ?? null)}
          />
        )}
      </Field>
      {found.reportList.length > 1 && (
        <ReportField reports={found.reportList} value={report} onValue={setReport} />
      )}
      {faults.length > 1 && <Faults faults={faults} />}
    </FormDialog>
  )
}

function missingOf(file: File | null): string | null {
  if (file === null) return 'Choose the file.'
  return file.size > bytesMax
    ? `It has ${sizeOf(file.size)}; a bundle has at most ${sizeOf(bytesMax)}.`
    : null
}

function typeOf({ name }: File): ProofFile['type'] {
  if (name.endsWith('.zip')) return 'application/zip'
  if (/\.t?gz$/.test(name)) return 'application/gzip'
  return name.endsWith('.tar') ? 'application/x-tar' : 'application/octet-stream'
}

type ReportFieldProps = {
  readonly reports: Case['reportList']
  readonly value: string
  readonly onValue: (id: string) => void
}

const ReportField = ({ reports, value, onValue }: ReportFieldProps) => (
  <Field label="Report" about="Whose finding it proves; its label and its keys hold for it.">
    {(given) => (
      <select {...given} value={value} onChange={({ target }) => onValue(target.value)}>
        <option value="">The best evidenced one</option>
        {reports.map(({ id, title, finders }) => (
          <option key={id} value={id}>
            {lineOf(`${finders.join(', ')}: ${title}`, 100)}
          </option>
        ))}
      </select>
    )}
  </Field>
)

/** The places of a proof.yaml that are wrong, the first ones. */
const Faults = ({ faults }: { readonly faults: readonly Violation[] }) => (
  <ul aria-label="What is wrong with it" className="list-disc pl-5">
    {faults.slice(0, faultsShown).map(({ pointer, detail }) => (
      <li key={pointer + detail} className="wrap-anywhere">
        {pointer !== '' && <code className="font-mono text-small">{lineOf(pointer, 100)} </code>}
        {lineOf(detail, 300)}
      </li>
    ))}
    {faults.length > faultsShown && <li>and {faults.length - faultsShown} more</li>}
  </ul>
)
