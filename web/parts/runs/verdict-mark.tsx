import type { RunVerdict } from '../../api/types.ts'
import { classes } from '../../ui/classes.ts'

type Word = RunVerdict['verdict']

const faces: Readonly<Record<Word, { readonly mark: string; readonly tone: string }>> = {
  COVERED: { mark: '▲', tone: 'text-accent' },
  'NOT SHOWN': { mark: '▽', tone: 'text-text' },
  UNDETERMINED: { mark: '◇', tone: 'text-quiet' },
}

/** A verdict in its word; the marks tell them apart, and none of them is good or bad. */
export const VerdictMark = ({ word }: { readonly word: Word }) => (
  <span
    className={classes('inline-flex gap-1.5 whitespace-nowrap font-semibold', faces[word].tone)}
  >
    <span aria-hidden="true">{faces[word].mark}</span>
    {word}
  </span>
)
