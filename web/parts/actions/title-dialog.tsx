import { useRef, useState } from 'react'
import type { CaseRow } from '../../api/types.ts'
import { caseName } from '../case-name.ts'
import { useChanges } from './changes.ts'
import { FormDialog } from './form.tsx'

type TitleDialogProps = { readonly found: CaseRow; readonly onClose: () => void }

/** Gives a case another title; the reports keep theirs. */
export function TitleDialog({ found, onClose }: TitleDialogProps) {
  const [title, setTitle] = useState(found.title)
  const field = useRef<HTMLInputElement>(null)
  const { change } = useChanges()
  return (
    <FormDialog
      title="Title"
      about={`${caseName(found.id)}. The reports keep their own titles.`}
      does="Save the title"
      missing={title.trim() === '' ? 'A case needs a title.' : null}
      onClose={onClose}
      run={() => change([found], { title: title.trim() }, 'title changed.')}
      focus={field}
      isWide
    >
      <input
        ref={field}
        aria-label="Title"
        maxLength={300}
        value={title}
        onChange={({ target }) => setTitle(target.value)}
        className="field w-full text-read"
      />
    </FormDialog>
  )
}
