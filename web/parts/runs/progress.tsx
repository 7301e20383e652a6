import { grouped, percent } from '../../ui/words.ts'

type ProgressProps = {
  readonly done: number
  readonly of: number
  /** What is counted: `samples of run 2`. */
  readonly name: string
}

/** How far something is: a bar and its numbers. */
export function Progress({ done, of, name }: ProgressProps) {
  const share = of === 0 ? 0 : done / of
  return (
    <span className="inline-flex items-center gap-2 whitespace-nowrap">
      <span
        role="progressbar"
        aria-label={name}
        aria-valuenow={done}
        aria-valuemin={0}
        aria-valuemax={of}
        className="block h-2 w-24 overflow-hidden rounded-full border border-edge bg-raised"
      >
        <span className="block h-full bg-accent" style={{ width: `${share * 100}%` }} />
      </span>
      {grouped(done)} of {grouped(of)} ({percent(share)})
    </span>
  )
}
