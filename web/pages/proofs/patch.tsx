import { useState } from 'react'
import { visible } from '#features/exchange/page/visible.ts'
import type { ProofRun, ProofShown } from '../../api/types.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { PatchMark } from '../../parts/proof-marks.tsx'
import { sentence } from '../../parts/proof-words.ts'
import { Button } from '../../ui/button.tsx'
import { classes } from '../../ui/classes.ts'
import { Section } from '../../ui/section.tsx'
import { counted } from '../../ui/words.ts'
import { type DiffLine, diffLines } from './diff.ts'

type PatchProps = { readonly patch: string | null; readonly run: ProofRun | undefined }

/** What the patch changes, and what running it showed. */
export function PatchPart({ patch, run }: PatchProps) {
  const seen = run?.shown?.patch ?? null
  if (patch === null && seen === null) return null
  const isOther = run !== undefined && run.patchOf !== null
  return (
    <Section title="Patch">
      {seen !== null && <Judged seen={seen} isOther={isOther} />}
      {patch !== null && <Diff text={patch} />}
    </Section>
  )
}

type JudgedProps = {
  readonly seen: NonNullable<ProofShown['patch']>
  readonly isOther: boolean
}

const Judged = ({ seen: { verdict, why, notes }, isOther }: JudgedProps) => (
  <div className="mb-2 max-w-[75ch]">
    <p className="text-read">
      <PatchMark verdict={verdict} />
      {isOther && ' (the patch of another proof, not the one below)'}
    </p>
    {why !== '' && <p className="wrap-anywhere">{lineOf(sentence(why), 2_000)}</p>}
    {notes.length > 0 && (
      <>
        <p className="mt-1">Look at:</p>
        <ul className="list-disc pl-5">
          {notes.map((note) => (
            <li key={note} className="wrap-anywhere">
              {lineOf(sentence(note), 2_000)}
            </li>
          ))}
        </ul>
      </>
    )}
  </div>
)

const linesAtFirst = 300

const looks: Readonly<Record<DiffLine['is'], string>> = {
  added: 'bg-good-ground',
  removed: 'bg-danger-ground',
  head: 'font-semibold',
  place: 'text-quiet',
  same: '',
}

/** A unified diff, line by line: what is added or removed has its sign, its ground and its word. */
function Diff({ text }: { readonly text: string }) {
  const [isWhole, setIsWhole] = useState(false)
  const lines = diffLines(text)
  const shown = isWhole ? lines : lines.slice(0, linesAtFirst)
  return (
    <>
      <section
        aria-label="The patch as a diff"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keys.
        tabIndex={0}
        className="max-h-[32rem] overflow-auto rounded border border-rule font-mono text-small"
      >
        <div className="w-max min-w-full py-1">
          {shown.map(({ is, text: line }, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the lines of one text never move.
            <div key={at} className={classes('px-3 whitespace-pre', looks[is])}>
              {(is === 'added' || is === 'removed') && (
                <span className="spoken select-none">{is}: </span>
              )}
              {visible(line) || ' '}
            </div>
          ))}
        </div>
      </section>
      {shown.length < lines.length && (
        <Button
          onClick={() => setIsWhole(true)}
        >{`Show all ${counted(lines.length, 'line')}`}</Button>
      )}
    </>
  )
}
