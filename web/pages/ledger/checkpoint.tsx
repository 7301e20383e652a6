import { useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { isProblem } from '../../api/problem.ts'
import { Button } from '../../ui/button.tsx'
import { copyText } from '../../ui/copy.ts'
import { ReadFailed } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { grouped } from '../../ui/words.ts'
import { checkpointQuery } from './queries.ts'

/** The newest checkpoint, to be kept elsewhere, and how the whole ledger is taken and verified. */
export function CheckpointPart() {
  const { data, error, refetch } = useQuery(checkpointQuery)
  const isEmpty = isProblem(error, 404)
  return (
    <Section title="Checkpoint">
      {error && !isEmpty && <ReadFailed error={error} retry={() => void refetch()} />}
      {isEmpty && <p className="text-quiet">The ledger has no entries yet.</p>}
      {data && <Newest checkpoint={data.checkpoint} ledgerKey={data.key} />}
    </Section>
  )
}

type NewestProps = { readonly checkpoint: string; readonly ledgerKey: string }

function Newest({ checkpoint, ledgerKey }: NewestProps) {
  const [origin = '', size = ''] = checkpoint.split('\n')
  const verify = `parley ledger verify ledger --key '${ledgerKey}'`
  return (
    <>
      <p className="max-w-[65ch]">
        {grouped(Number(size))} entries of <span className="font-mono text-small">{origin}</span>.
        Give this to whoever should notice if the ledger is ever rewritten.
      </p>
      <Copied label="Checkpoint" text={checkpoint} rows={5} />
      <p className="mt-3 max-w-[65ch]">
        Whoever runs the server takes the whole ledger out; anybody verifies it, offline.
      </p>
      <Copied label="Command that exports" text="parley ledger export ledger" rows={1} />
      <Copied label="Command that verifies" text={verify} rows={3} />
    </>
  )
}

type CopiedProps = { readonly label: string; readonly text: string; readonly rows: number }

function Copied({ label, text, rows }: CopiedProps) {
  const field = useRef<HTMLTextAreaElement>(null)
  const [says, setSays] = useState('')
  const copy = async (): Promise<void> => {
    const isCopied = await copyText(text, field.current)
    setSays(isCopied ? 'Copied.' : 'This browser does not let the page copy: press ctrl and c.')
  }
  return (
    <div className="mt-2">
      <textarea
        ref={field}
        readOnly
        aria-label={label}
        rows={rows}
        value={text}
        className="field block h-auto w-full font-mono text-small"
        onFocus={({ target }) => target.select()}
      />
      <Button look="quiet" onClick={() => void copy()}>
        Copy<span className="spoken"> {label.toLowerCase()}</span>
      </Button>
      <span role="status" className="text-quiet">
        {says}
      </span>
    </div>
  )
}
