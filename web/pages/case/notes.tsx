import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, type KeyboardEvent, useState } from 'react'
import { addNote, changeNote, removeNote } from '../../api/client.ts'
import { saysOf } from '../../api/problem.ts'
import { caseQuery, sessionQuery } from '../../api/queries.ts'
import type { Case, Note } from '../../api/types.ts'
import { useMay } from '../../app/may.ts'
import { Prose } from '../../parts/outside-text.tsx'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { complain, said } from '../../ui/toast.tsx'
import { When } from '../../ui/when.tsx'

/** What was begun and not yet sent, by case: leaving a page loses no words. */
const drafts = new Map<string, string>()

/** What the team writes to itself about a case. */
export function Notes({ found }: { readonly found: Case }) {
  const queries = useQueryClient()
  const { data: session } = useQuery(sessionQuery)
  const mayDecide = useMay('decide')
  const readAgain = () => queries.invalidateQueries({ queryKey: caseQuery(found.id).queryKey })
  return (
    <Section title="Notes">
      {found.notes.map((note) => (
        <OneNote
          key={note.id}
          note={note}
          caseId={found.id}
          isMine={mayDecide && note.by.id === session?.person.id}
          readAgain={readAgain}
        />
      ))}
      {mayDecide && (
        <NoteField
          label="A note for the team"
          does="Add the note"
          start={drafts.get(found.id) ?? ''}
          onText={(text) => drafts.set(found.id, text)}
          send={async (text) => {
            await addNote(found.id, text)
            drafts.delete(found.id)
            await readAgain()
          }}
        />
      )}
    </Section>
  )
}

type OneNoteProps = {
  readonly note: Note
  readonly caseId: string
  readonly isMine: boolean
  readonly readAgain: () => Promise<void>
}

function OneNote({ note, caseId, isMine, readAgain }: OneNoteProps) {
  const [isEditing, setIsEditing] = useState(false)
  const remove = async (): Promise<void> => {
    try {
      await removeNote(note.id)
      await readAgain()
      said('The note is removed.', () => {
        void addNote(caseId, note.text).then(readAgain)
      })
    } catch (error) {
      complain(saysOf(error))
    }
  }
  return (
    <article className="mb-3">
      <p className="flex flex-wrap items-baseline gap-x-2 text-quiet">
        <strong className="font-semibold text-text">{note.by.name}</strong>
        <When at={note.at} />
        {note.changedAt !== null && ' · changed'}
        {isMine && !isEditing && (
          <>
            <Button look="quiet" onClick={() => setIsEditing(true)}>
              Edit<span className="spoken"> the note</span>
            </Button>
            <Button look="quiet" onClick={() => void remove()}>
              Remove<span className="spoken"> the note</span>
            </Button>
          </>
        )}
      </p>
      {isEditing ? (
        <NoteField
          label="The note"
          does="Save"
          start={note.text}
          send={async (text) => {
            await changeNote(note.id, text)
            await readAgain()
            setIsEditing(false)
          }}
        />
      ) : (
        <Prose text={note.text} />
      )}
    </article>
  )
}

type NoteFieldProps = {
  readonly label: string
  readonly does: string
  readonly start: string
  readonly onText?: (text: string) => void
  readonly send: (text: string) => Promise<void>
}

/** A field for prose: ctrl+enter sends it; what cannot be sent stays. */
function NoteField({ label, does, start, onText, send }: NoteFieldProps) {
  const [text, setText] = useState(start)
  const [problem, setProblem] = useState<string | null>(null)
  const [isBusy, setIsBusy] = useState(false)
  const submit = async (event: FormEvent | KeyboardEvent): Promise<void> => {
    event.preventDefault()
    if (text.trim() === '' || isBusy) return
    setIsBusy(true)
    setProblem(null)
    try {
      await send(text)
      setText('')
    } catch (error) {
      setProblem(`${saysOf(error)} The note is still here.`)
    } finally {
      setIsBusy(false)
    }
  }
  return (
    <form onSubmit={(event) => void submit(event)} className="max-w-[75ch] space-y-2">
      <textarea
        aria-label={label}
        placeholder={label}
        rows={2}
        value={text}
        onChange={({ target }) => {
          setText(target.value)
          onText?.(target.value)
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void submit(event)
        }}
        className="field block w-full text-read"
      />
      {problem !== null && <Notice tone="danger">{problem}</Notice>}
      <Button type="submit" hint="ctrl ↵" disabled={isBusy || text.trim() === ''}>
        {does}
      </Button>
    </form>
  )
}
