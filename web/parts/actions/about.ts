import type { CaseRow } from '../../api/types.ts'
import { caseName } from '../case-name.ts'

/** What a person is about to do to cases. */
export type Act =
  | 'assign'
  | 'verdict'
  | 'severity'
  | 'close'
  | 'wait'
  | 'merge'
  | 'split'
  | 'apart'
  | 'relate'
  | 'label'
  | 'title'

export type ActProps = {
  /** At least one. The first is the one the others are merged into unless told otherwise. */
  readonly cases: readonly CaseRow[]
  readonly onClose: () => void
}

/** What a dialogue is about, in its second line: one title, or a count. */
export const aboutOf = (cases: readonly CaseRow[]): string => {
  const [first] = cases
  return cases.length === 1 && first
    ? `${caseName(first.id)} ${first.title}`
    : `${cases.length} cases`
}
