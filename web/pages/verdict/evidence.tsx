import { type KeyboardEvent, type PointerEvent, useState } from 'react'
import type { Declaration, VerdictNumbers } from '../../api/types.ts'
import { FigureTools } from '../../parts/plot/figure-tools.tsx'
import { Section } from '../../ui/section.tsx'
import { evidenceCsv, evidenceSvg, type Line, linesOf, rangeOf } from './figures.ts'

type EvidenceProps = { readonly numbers: VerdictNumbers; readonly declaration: Declaration }

/** How the evidence of a sequential rule grew, block by block, until one side had enough. */
export function Evidence({ numbers, declaration: { alpha } }: EvidenceProps) {
  const [block, setBlock] = useState<number | null>(null)
  const lines = linesOf(numbers)
  const count = lines[0]?.logs.length ?? 0
  if (count === 0) return null
  const at = Math.min(block ?? count, count)
  return (
    <Section
      title="Evidence over time"
      beside={
        <FigureTools
          name="evidence"
          csv={() => evidenceCsv(lines)}
          svg={() => evidenceSvg(lines, alpha)}
        />
      }
    >
      <p role="status" className="min-h-10 max-w-[900px]">
        After block {at} of {count}:{' '}
        {lines.map(({ name, logs }) => `${tensOf(logs[at - 1] ?? 0)} for ${name}`).join(', ')}. A
        verdict takes {Math.round(1 / alpha)}. The scale goes by powers of ten
        {numbers.isMissingSome && '; dotted lines count what is missing as solved'}.
      </p>
      <Frame {...{ lines, alpha, count, at, setBlock }} />
    </Section>
  )
}

/** `12`, `0.31`, or a power of ten. */
function tensOf(log: number): string {
  const value = Math.exp(log)
  return value >= 0.001 && value < 10_000
    ? String(Number(value.toPrecision(3)))
    : `10^${(log / Math.LN10).toFixed(1)}`
}

type FrameProps = {
  readonly lines: readonly Line[]
  readonly alpha: number
  readonly count: number
  readonly at: number
  readonly setBlock: (block: number | null) => void
}

function Frame({ lines, alpha, count, at, setBlock }: FrameProps) {
  const [low, high] = rangeOf(lines, alpha)
  const shareOf = (ten: number): number =>
    100 * (1 - (Math.max(low, Math.min(high, ten)) - low) / (high - low))
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key] ?? 0
    if (step === 0) return
    event.preventDefault()
    setBlock(Math.max(1, Math.min(count, at + step)))
  }
  const onPointerMove = ({ currentTarget, clientX }: PointerEvent): void => {
    const { left, width } = currentTarget.getBoundingClientRect()
    setBlock(Math.max(1, Math.min(count, Math.round(((clientX - left) / width) * count))))
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a figure that takes keys is no element of HTML.
    <div
      role="group"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrows go through its blocks.
      tabIndex={0}
      aria-label={`Evidence over ${count} blocks of tasks. The arrow keys go from block to block.`}
      className="relative h-64 max-w-[900px] border-b border-l border-edge"
      onKeyDown={onKeyDown}
      onPointerMove={onPointerMove}
      onPointerLeave={() => setBlock(null)}
    >
      <svg
        aria-hidden="true"
        viewBox="0 0 100 100"
        preserveAspectRatio="none"
        className="absolute inset-0 size-full"
      >
        {[0, -Math.log10(alpha)].map((ten) => (
          <line
            key={ten}
            {...{ x1: 0, x2: 100, y1: shareOf(ten), y2: shareOf(ten) }}
            className={ten === 0 ? 'text-rule' : 'text-text'}
            stroke="currentColor"
            strokeDasharray={ten === 0 ? undefined : '5 4'}
            vectorEffect="non-scaling-stroke"
          />
        ))}
        {lines.map(({ name, logs, isOther, isDashed }) => (
          <polyline
            key={name}
            points={[0, ...logs]
              .map((log, step) => `${(100 * step) / count},${shareOf(log / Math.LN10)}`)
              .join(' ')}
            fill="none"
            className={isOther ? 'text-warn' : 'text-accent'}
            stroke="currentColor"
            strokeWidth="2"
            strokeDasharray={isDashed ? '2 4' : undefined}
            vectorEffect="non-scaling-stroke"
          />
        ))}
        <line
          {...{ x1: (100 * at) / count, x2: (100 * at) / count, y1: 0, y2: 100 }}
          className="text-edge"
          stroke="currentColor"
          vectorEffect="non-scaling-stroke"
        />
      </svg>
      <Names {...{ lines, shareOf, alpha }} />
    </div>
  )
}

type NamesProps = Pick<FrameProps, 'lines' | 'alpha'> & {
  readonly shareOf: (ten: number) => number
}

const Names = ({ lines, shareOf, alpha }: NamesProps) => (
  <div aria-hidden="true" className="text-small">
    <span
      className="absolute left-1 -translate-y-full"
      style={{ top: `${shareOf(-Math.log10(alpha))}%` }}
    >
      a verdict takes {Math.round(1 / alpha)}
    </span>
    <span className="absolute left-1 mt-0.5 text-quiet" style={{ top: `${shareOf(0)}%` }}>
      1: no evidence
    </span>
    {lines
      .filter(({ isDashed }) => !isDashed)
      .map(({ name, logs, isOther }) => (
        <span
          key={name}
          className={`absolute right-1 -translate-y-full ${isOther ? 'text-warn' : 'text-accent'}`}
          style={{ top: `${Math.max(8, shareOf((logs.at(-1) ?? 0) / Math.LN10))}%` }}
        >
          {isOther ? 'below' : 'above'}
        </span>
      ))}
  </div>
)
