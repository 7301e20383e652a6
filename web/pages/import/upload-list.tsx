import { Link } from '@tanstack/react-router'
import { lineOf } from '../../parts/outside-text.tsx'
import { Button } from '../../ui/button.tsx'
import { classes } from '../../ui/classes.ts'
import { grouped, percent, sizeOf } from '../../ui/words.ts'
import { Bar } from './bar.tsx'
import { filesWords } from './drop-zone.tsx'
import { canSendAgain, clearEnded, sendAgain, stop, type Upload } from './uploads.ts'

const shownMax = 12

/** What this browser sends, newest on top; what is not stored stays until it is cleared. */
export function UploadList({ uploads }: { readonly uploads: readonly Upload[] }) {
  if (uploads.length === 0) return null
  const isUnderWay = ({ state }: Upload): boolean => state === 'sending' || state === 'waiting'
  const sent = uploads.filter(({ state }) => state === 'stored').length
  // What needs a person first, then what moves, then what is done.
  const ordered = [...uploads].sort((one, other) => rankOf(one) - rankOf(other))
  const shown = ordered.slice(0, shownMax)
  return (
    <section aria-label="Files of this browser" className="mt-4">
      <div className="flex min-h-7 flex-wrap items-center gap-3">
        <h2 className="heading grow">
          <span role="status">{filesWords(sent, uploads.length)}</span>
        </h2>
        {uploads.some((one) => !isUnderWay(one)) && (
          <Button look="quiet" onClick={clearEnded}>
            Clear what has ended
          </Button>
        )}
      </div>
      <ul>
        {shown.map((one) => (
          <Line key={one.key} upload={one} />
        ))}
      </ul>
      {ordered.length > shown.length && (
        <p className="text-quiet">and {grouped(ordered.length - shown.length)} more</p>
      )}
    </section>
  )
}

const ranks = { refused: 0, stopped: 1, sending: 2, waiting: 3, stored: 4 } as const
const rankOf = ({ state }: Upload): number => ranks[state]

const stateWords = {
  waiting: 'In line',
  sending: 'Sending',
  stored: '✓ Stored',
  refused: '✗ Not taken',
  stopped: 'Stopped',
} as const

function Line({ upload }: { readonly upload: Upload }) {
  const { name, sizeBytes, sentBytes, state, says } = upload
  const isUnderWay = state === 'sending' || state === 'waiting'
  return (
    <li className="border-t border-rule py-1.5">
      <div className="flex min-h-7 flex-wrap items-center gap-x-3">
        <span className="min-w-0 grow wrap-anywhere">
          {lineOf(name, 200)} <span className="text-quiet">{sizeOf(sizeBytes)}</span>
        </span>
        <span className={classes(state === 'refused' && 'text-danger')}>
          {stateWords[state]}
          {state === 'sending' && ` ${percent(sizeBytes === 0 ? 1 : sentBytes / sizeBytes)}`}
        </span>
        {upload.import !== null && (
          <Link to="/import" search={{ id: upload.import }} className="link">
            What became of it<span className="spoken">: {lineOf(name, 100)}</span>
          </Link>
        )}
        {isUnderWay && (
          <Button look="quiet" onClick={() => stop(upload)}>
            Stop<span className="spoken"> {lineOf(name, 100)}</span>
          </Button>
        )}
        {canSendAgain(upload) && (
          <Button onClick={() => sendAgain(upload.key)}>
            Send again<span className="spoken"> {lineOf(name, 100)}</span>
          </Button>
        )}
      </div>
      {state === 'sending' && (
        <Bar label={`Sending ${lineOf(name, 100)}`} done={sentBytes} of={sizeBytes} />
      )}
      {says !== '' && state !== 'sending' && (
        <p className={classes('max-w-[75ch]', state === 'refused' ? 'text-text' : 'text-quiet')}>
          {lineOf(says, 600)}
        </p>
      )}
    </li>
  )
}
