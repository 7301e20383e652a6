type BarProps = {
  readonly label: string
  readonly done: number
  /** Unknown while nobody knows how much there is. */
  readonly of: number | null
}

/** How far something is. Its words stand beside it. */
export function Bar({ label, done, of }: BarProps) {
  const share = of === null || of === 0 ? null : Math.min(done / of, 1)
  return (
    <span
      role="progressbar"
      aria-label={label}
      className="block"
      aria-valuemin={0}
      aria-valuemax={100}
      {...(share === null ? {} : { 'aria-valuenow': Math.round(share * 100) })}
    >
      <svg className="block h-1 w-full text-accent" aria-hidden="true">
        <rect width="100%" height="4" rx="2" className="fill-rule" />
        <rect
          width={`${(share ?? 0.12) * 100}%`}
          height="4"
          rx="2"
          fill="currentColor"
          opacity={share === null ? 0.45 : 1}
        />
      </svg>
    </span>
  )
}
