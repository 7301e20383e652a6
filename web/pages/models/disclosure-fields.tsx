import { useState } from 'react'
import { disclosureWords } from '../../parts/engagement-words.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import type { ProposalFieldsProps } from './model-fields.tsx'
import { Text } from './plain-fields.tsx'
import { OneOf } from './terms-fields.tsx'
import type { TypedDisclosure } from './typed.ts'

type FilesProps = ProposalFieldsProps & {
  /** Files whose digests were taken: they are handed in with the offer. */
  readonly onFile: (file: File) => void
}

const none: TypedDisclosure = { kind: 'training-summary', title: '', sha256: '' }

/** The agreement that lawyers read, and what a developer tells of its own accord. */
export function DisclosureFields({ typed, wrong, onTyped, onFile }: FilesProps) {
  const { disclosures } = typed
  const put = (at: number, change: Partial<TypedDisclosure>): void =>
    onTyped({
      disclosures: disclosures.map((one, no) => (no === at ? { ...one, ...change } : one)),
    })
  return (
    <div className="space-y-4">
      <Digest
        label="Agreement as a document (SHA-256)"
        about="Choose the file, or paste its digest. Empty: the values above are all."
        value={typed.documentSha256}
        error={wrong.at('/documentSha256')}
        onValue={(documentSha256) => onTyped({ documentSha256 })}
        onFile={onFile}
      />
      {disclosures.map((one, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a form stay where they are.
        <fieldset key={at} className="space-y-3 pt-2">
          <legend className="font-semibold">Disclosure {at + 1}</legend>
          <div className="grid gap-4 rail:grid-cols-2">
            <OneOf
              label="Kind"
              about=""
              words={disclosureWords}
              value={one.kind}
              error={wrong.at(`/disclosures/${at}/kind`)}
              onValue={(kind) => put(at, { kind })}
            />
            <Text
              label="Title"
              about=""
              value={one.title}
              error={wrong.at(`/disclosures/${at}/title`)}
              onValue={(title) => put(at, { title })}
            />
          </div>
          <Digest
            label="SHA-256 of the file"
            about="Choose the file, or paste its digest."
            value={one.sha256}
            error={wrong.at(`/disclosures/${at}/sha256`)}
            onValue={(sha256) => put(at, { sha256 })}
            onFile={onFile}
          />
          <Button
            onClick={() => onTyped({ disclosures: disclosures.filter((_, no) => no !== at) })}
          >
            Take it away
          </Button>
        </fieldset>
      ))}
      <Button onClick={() => onTyped({ disclosures: [...disclosures, none] })}>
        Add a disclosure
      </Button>
      <p className="text-small text-quiet">Nothing asks for any: what you tell is up to you.</p>
    </div>
  )
}

type DigestProps = {
  readonly label: string
  readonly about: string
  readonly value: string
  readonly error: string
  readonly onValue: (sha256: string) => void
  readonly onFile: (file: File) => void
}

/** A digest that is pasted, or taken here of a file that is handed in afterwards. */
function Digest({ label, about, value, error, onValue, onFile }: DigestProps) {
  const [name, setName] = useState('')
  const take = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return
    const digest = await sha256Of(file)
    if (digest === null) {
      setName('This page is not from a secure context, so your browser hashes nothing: paste it.')
      return
    }
    setName(`${file.name} is handed in with the rest.`)
    onValue(digest)
    onFile(file)
  }
  return (
    <Field {...{ label, about: `${about} ${name}`.trim(), error }}>
      {(given) => (
        <span className="flex flex-wrap gap-2">
          <input
            {...given}
            className="field mt-1 min-w-0 grow basis-60 font-mono text-small"
            maxLength={64}
            autoComplete="off"
            value={value}
            onChange={({ target }) => onValue(target.value)}
          />
          <input
            type="file"
            aria-label={`File: ${label}`}
            className="field mt-1 min-w-0 max-w-full"
            onChange={({ target }) => void take(target.files?.[0])}
          />
        </span>
      )}
    </Field>
  )
}

/** Null where the page is not from a secure context, in which browsers hash nothing. */
async function sha256Of(file: File): Promise<string | null> {
  if (!window.isSecureContext) return null
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer())
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
