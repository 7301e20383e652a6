import { type DragEvent, useEffect, useRef, useState } from 'react'
import { useKeys } from '../../app/keys.ts'
import { TlpMark, tlpOrder, tlpWords } from '../../parts/label.tsx'
import { Button } from '../../ui/button.tsx'
import { classes } from '../../ui/classes.ts'
import { complain } from '../../ui/toast.tsx'
import { counted, grouped } from '../../ui/words.ts'
import { droppedOf, filesMax, pickedOf } from './picked.ts'
import { handIn, type Picked } from './uploads.ts'

/** Where files come in: dropped, or chosen with the dialogue of the system. */
export function DropZone() {
  const [isOver, setIsOver] = useState(false)
  const [series, setSeries] = useState('')
  const [tlp, setTlp] = useState<Tlp | ''>('')
  const take = (picked: readonly Picked[]): void => {
    if (picked.length > filesMax) {
      complain(`More than ${grouped(filesMax)} files at once. Hand in one archive instead.`)
    } else if (picked.length === 0) {
      complain('There is no file in this. Hidden files are left out.')
    } else
      handIn(picked, { series: series.trim(), label: tlp === '' ? '' : `TLP:${tlp.toUpperCase()}` })
  }
  const onDrop = (event: DragEvent): void => {
    event.preventDefault()
    setIsOver(false)
    droppedOf(event.dataTransfer).then(take, () =>
      complain('The browser could not read what was dropped. Choose the files instead.'),
    )
  }
  return (
    <section
      aria-label="Hand in files"
      onDragOver={(event) => {
        event.preventDefault()
        setIsOver(true)
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={onDrop}
      className={classes(
        'rounded-lg border border-dashed p-4',
        isOver ? 'border-accent bg-chosen' : 'border-edge',
      )}
    >
      <p className="text-read font-semibold">
        {isOver ? 'Let go to hand these in' : 'Drop files or folders here'}
      </p>
      <p className="mt-1 max-w-[75ch] text-quiet">
        SARIF, CSAF, OSV, CycloneDX, CSV, Markdown, NDJSON and others, also compressed (gz, zip), up
        to 256 MiB a file. The format is recognised. What was handed in before is not stored twice.
      </p>
      <Choose onPicked={take} />
      <SeriesField value={series} onValue={setSeries} />
      <LabelField value={tlp} onValue={setTlp} />
    </section>
  )
}

function Choose({ onPicked }: { readonly onPicked: (picked: readonly Picked[]) => void }) {
  const files = useRef<HTMLInputElement>(null)
  const folder = useRef<HTMLInputElement>(null)
  // React has no name for this attribute.
  useEffect(() => folder.current?.setAttribute('webkitdirectory', ''), [])
  useKeys('Import', [
    { keys: ['c'], does: 'choose files', run: () => files.current?.click() },
    { keys: ['shift+c'], does: 'choose a folder', run: () => folder.current?.click() },
  ])
  const taken = (input: HTMLInputElement): void => {
    onPicked(pickedOf(input.files))
    // The same file may be chosen again after it was mended.
    input.value = ''
  }
  return (
    <div className="mt-3 flex flex-wrap gap-2">
      <input
        ref={files}
        type="file"
        multiple
        hidden
        aria-label="Files to hand in"
        onChange={({ target }) => taken(target)}
      />
      <input
        ref={folder}
        type="file"
        hidden
        aria-label="Folder to hand in"
        onChange={({ target }) => taken(target)}
      />
      <Button look="main" hint="c" onClick={() => files.current?.click()}>
        Choose files
      </Button>
      <Button onClick={() => folder.current?.click()}>Choose a folder</Button>
    </div>
  )
}

type SeriesFieldProps = { readonly value: string; readonly onValue: (value: string) => void }

function SeriesField({ value, onValue }: SeriesFieldProps) {
  return (
    <label className="mt-3 block max-w-[75ch]">
      <span>
        Series <span className="text-quiet">(may stay empty)</span>
      </span>
      <input
        value={value}
        maxLength={100}
        onChange={({ target }) => onValue(target.value)}
        className="field mt-1 block w-full max-w-80"
        aria-describedby="series-about"
        placeholder="nightly-scan"
      />
      <span id="series-about" className="mt-1 block text-small text-quiet">
        For what is scanned again and again: files with the same series are compared with the one
        before, so that what changed and what is no longer seen is told.
      </span>
    </label>
  )
}

type Tlp = (typeof tlpOrder)[number]

type LabelFieldProps = { readonly value: Tlp | ''; readonly onValue: (value: Tlp | '') => void }

/** Whom these files may be shown to; as usual for the organisation where nothing is chosen. */
function LabelField({ value, onValue }: LabelFieldProps) {
  return (
    <div className="mt-3 max-w-[75ch]">
      <label htmlFor="label-of-files">Label</label>
      <span className="mt-1 flex flex-wrap items-center gap-2">
        <select
          id="label-of-files"
          className="field"
          value={value}
          aria-describedby="label-about"
          onChange={({ target }) => onValue(tlpOrder.find((known) => known === target.value) ?? '')}
        >
          <option value="">As usual</option>
          {tlpOrder.map((one) => (
            <option key={one} value={one}>
              TLP:{one.toUpperCase()}
            </option>
          ))}
        </select>
        {value !== '' && <TlpMark tlp={value} />}
      </span>
      <span id="label-about" className="mt-1 block text-small text-quiet">
        {value === '' ? 'The label that is usual for your organisation.' : tlpWords[value]} A label
        may be higher than you are cleared for; then you see what you hand in, and not its case.
      </span>
    </div>
  )
}

/** How many of the files are in which state, for those who hear the page. */
export const filesWords = (sent: number, all: number): string =>
  `${grouped(sent)} of ${counted(all, 'file')} sent`
