import { isBoring } from '#formats/crash/boring.ts'
import type { ProofShown } from '../../api/types.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { Section } from '../../ui/section.tsx'
import { counted } from '../../ui/words.ts'

type Crash = NonNullable<ProofShown['crash']>
type Numbered = Crash['frames'][number] & { readonly no: number }

/** The frames that say where it went wrong are few; those of runtimes and libraries are many. */
const shownMax = 5

/** The crash that the proof brought about: the frames that matter first, all of them folded. */
export function CrashPart({ crash: { type, frames } }: { readonly crash: Crash }) {
  const numbered = frames.map((frame, no) => ({ ...frame, no }))
  const telling = numbered.filter((frame) => !isBoring(frameOf(frame))).slice(0, shownMax)
  const first = telling.length > 0 ? telling : numbered.slice(0, shownMax)
  return (
    <Section title="Crash">
      <p className="font-mono wrap-anywhere">
        <strong>{lineOf(type, 300)}</strong>
      </p>
      <Frames frames={first} label="The frames that matter" />
      {first.length < frames.length && (
        <details className="mt-1">
          <summary className="py-1">All {counted(frames.length, 'frame')}, innermost first</summary>
          <Frames frames={numbered} label="All frames" />
        </details>
      )}
    </Section>
  )
}

const frameOf = ({ function: name, file }: Numbered) =>
  file === null ? { function: name } : { function: name, file }

type FramesProps = { readonly frames: readonly Numbered[]; readonly label: string }

const Frames = ({ frames, label }: FramesProps) => (
  <ol aria-label={label} className="font-mono text-small">
    {frames.map(({ no, function: name, file, line }) => (
      <li key={no} className="flex gap-3 py-0.5">
        <span className="w-8 shrink-0 text-right text-quiet">#{no}</span>
        <span className="min-w-0 wrap-anywhere">
          {name === '' ? 'no name' : lineOf(name, 300)}
          {file !== null && (
            <span className="text-quiet">
              {' '}
              {lineOf(file, 300)}
              {line !== null && `:${line}`}
            </span>
          )}
        </span>
      </li>
    ))}
  </ol>
)
