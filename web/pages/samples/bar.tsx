import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { grouped } from '../../ui/words.ts'
import type { Moves } from './transcript.tsx'

type BarProps = Moves & {
  readonly total: number
  readonly words: string
  readonly setWords: (words: string) => void
}

/** The ways to get about in a transcript. */
export function Bar({ total, words, setWords, found, cursor, jump, seeking }: BarProps) {
  return (
    <div className="flex flex-wrap items-center gap-x-2 gap-y-1.5 border-t border-rule py-2">
      <GoTo key={cursor} total={total} cursor={cursor} onGo={jump} />
      <Button look="quiet" onClick={() => jump(total - 1)}>
        End
      </Button>
      <Button look="quiet" hint="t" onClick={() => void seeking.begin('call', cursor, 1)}>
        Next call
      </Button>
      <Button look="quiet" hint="f" onClick={() => void seeking.begin('flag', cursor, 1)}>
        Next flag
      </Button>
      <search className="flex min-w-52 grow items-center gap-2">
        <input
          type="search"
          name="words"
          aria-label="Search the events that are read"
          placeholder="Search what is read"
          value={words}
          onChange={({ target }) => setWords(target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' && event.key !== 'Escape') return
            event.preventDefault()
            if (event.key === 'Escape') setWords('')
            else jump(found.find((n) => n > cursor) ?? found[0] ?? cursor)
            event.currentTarget.blur()
          }}
          className="field min-w-0 grow"
        />
        {words !== '' && (
          <span role="status" className="shrink-0 text-quiet">
            {found.length === 0 ? 'Not in what is read' : `${grouped(found.length)} found`}
          </span>
        )}
      </search>
      {seeking.at !== null && (
        <span role="status" className="flex items-center gap-2 text-quiet">
          Looking at event {grouped(seeking.at)}
          <Button onClick={seeking.stop} hint="esc">
            Stop
          </Button>
        </span>
      )}
    </div>
  )
}

type GoToProps = {
  readonly total: number
  readonly cursor: number
  readonly onGo: (n: number) => void
}

/** Events count from 0, as in the file. */
function GoTo({ total, cursor, onGo }: GoToProps) {
  const [text, setText] = useState(String(cursor))
  return (
    <form
      className="flex items-center gap-2"
      onSubmit={(event) => {
        event.preventDefault()
        const n = Number(text)
        if (Number.isInteger(n)) onGo(n)
      }}
    >
      <label className="flex items-center gap-2">
        Event
        <input
          name="event"
          inputMode="numeric"
          value={text}
          onChange={({ target }) => setText(target.value.replace(/\D/g, ''))}
          onFocus={({ target }) => target.select()}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return
            event.preventDefault()
            setText(String(cursor))
            event.currentTarget.blur()
          }}
          className="field w-24 text-right"
        />
      </label>
      <span className="text-quiet whitespace-nowrap">of {grouped(total)}</span>
    </form>
  )
}
