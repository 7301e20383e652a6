import type { ComponentProps } from 'react'
import { classes } from './classes.ts'

type Look = 'plain' | 'main' | 'quiet' | 'danger'

const looks: Readonly<Record<Look, string>> = {
  plain: 'border border-edge bg-ground hover:bg-hover',
  main: 'border border-accent-ground bg-accent-ground text-on-accent hover:brightness-110',
  quiet: 'border border-transparent hover:bg-hover',
  danger: 'border border-danger text-danger bg-ground hover:bg-danger-ground',
}

export type ButtonProps = ComponentProps<'button'> & {
  readonly look?: Look
  /** The key that does the same, shown beside the words. */
  readonly hint?: string
}

/** A button that says what it does. Also given to Base UI parts as their `render`. */
export function Button({ look = 'plain', hint, className, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={classes(
        'inline-flex min-h-7 shrink-0 items-center gap-1.5 rounded-md px-2.5 text-list',
        'whitespace-nowrap select-none disabled:opacity-60 max-rail:min-h-9',
        looks[look],
        className,
      )}
    >
      {children}
      {hint !== undefined && <Kbd>{hint}</Kbd>}
    </button>
  )
}

/** A key of the keyboard. Hidden from those who hear the page: the button's words are enough. */
export function Kbd({ children }: { readonly children: string }) {
  return (
    <span
      aria-hidden="true"
      className="rounded border border-current/40 px-1 text-[11px] leading-[14px] max-rail:hidden"
    >
      {children}
    </span>
  )
}
