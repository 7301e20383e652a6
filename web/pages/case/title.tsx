import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import type { Case } from '../../api/types.ts'
import { useMay } from '../../app/may.ts'
import { useChanges } from '../../parts/actions/changes.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { changesBetween } from './next.ts'

type TitleProps = {
  readonly found: Case
  readonly isAlone: boolean
  readonly isEditing: boolean
  readonly onEditing: (isEditing: boolean) => void
}

/** The title, which is edited where it stands. */
export function Title({ found, isAlone, isEditing, onEditing }: TitleProps) {
  const Heading = isAlone ? 'h1' : 'h2'
  const mayDecide = useMay('decide')
  const button = useRef<HTMLButtonElement>(null)
  const wasEditing = useRef(false)
  useEffect(() => {
    if (wasEditing.current && !isEditing) button.current?.focus()
    wasEditing.current = isEditing
  }, [isEditing])
  if (isEditing) {
    return (
      <>
        <Heading className="spoken">{lineOf(found.title)}</Heading>
        <TitleField found={found} onDone={() => onEditing(false)} />
      </>
    )
  }
  return (
    <div className="flex items-start gap-2">
      <Heading dir="auto" className="min-w-0 grow py-1 text-title font-semibold wrap-anywhere">
        {lineOf(found.title)}
      </Heading>
      {mayDecide && (
        <Button ref={button} look="quiet" hint="e" onClick={() => onEditing(true)}>
          Edit<span className="spoken"> the title</span>
        </Button>
      )}
    </div>
  )
}

type TitleFieldProps = { readonly found: Case; readonly onDone: () => void }

function TitleField({ found, onDone }: TitleFieldProps) {
  const { text, setText, refusal, save } = useTitle({ found, onDone })
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') {
      event.stopPropagation()
      event.preventDefault()
      onDone()
    } else if (event.key === 'Enter') void save()
  }
  return (
    <div className="space-y-2">
      <div className="flex flex-wrap gap-2">
        <input
          // biome-ignore lint/a11y/noAutofocus: the person asked to edit this very field.
          autoFocus
          aria-label="Title"
          maxLength={300}
          value={text}
          onChange={({ target }) => setText(target.value)}
          onKeyDown={onKeyDown}
          className="field min-w-60 grow text-read font-semibold"
        />
        <Button look="main" hint="↵" onClick={() => void save()}>
          {refusal === null ? 'Save' : 'Save mine'}
        </Button>
        <Button look="quiet" hint="esc" onClick={onDone}>
          Leave as it was
        </Button>
      </div>
      {refusal !== null && (
        <Notice tone="warn">
          Somebody else changed this case while you typed. {lineOf(refusal, 600)} What you typed is
          still here.
        </Notice>
      )}
    </div>
  )
}

/** The words typed, and what somebody else did meanwhile: told once before it is replaced. */
function useTitle({ found, onDone }: TitleFieldProps) {
  // What the person saw when they began: a later version is told to them before it is replaced.
  const [seen] = useState(found)
  const [text, setText] = useState(found.title)
  const [isRefused, setIsRefused] = useState(false)
  const { change } = useChanges()
  const save = async (): Promise<void> => {
    const title = text.trim()
    if (title === '') return
    const from = { ...found, version: isRefused ? found.version : seen.version }
    const outcome = await change([from], { title }, 'title changed.')
    if (outcome === null) onDone()
    else setIsRefused(true)
  }
  const changes = changesBetween(seen, found).join(' ')
  return { text, setText, save, refusal: isRefused ? changes : null }
}
