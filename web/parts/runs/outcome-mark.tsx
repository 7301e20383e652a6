import type { Outcome } from '../../api/types.ts'
import { classes } from '../../ui/classes.ts'
import { outcomeFaces } from './outcome-words.ts'

/** The letter of an outcome in its colour, for where the word stands near it. */
export const OutcomeLetter = ({ outcome }: { readonly outcome: Outcome }) => (
  <span
    aria-hidden="true"
    className={classes(
      'inline-flex size-5 shrink-0 items-center justify-center rounded-sm border text-small',
      'font-semibold leading-none',
      outcomeFaces[outcome].tone,
    )}
  >
    {outcomeFaces[outcome].letter}
  </span>
)

/** How an attempt ended: letter, colour and word. */
export const OutcomeMark = ({ outcome }: { readonly outcome: Outcome }) => (
  <span
    title={outcomeFaces[outcome].about}
    className="inline-flex items-center gap-1.5 whitespace-nowrap"
  >
    <OutcomeLetter outcome={outcome} />
    {outcomeFaces[outcome].word}
  </span>
)
