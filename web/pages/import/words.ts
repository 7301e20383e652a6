import type { Import, ImportedReport } from '../../api/types.ts'
import { counted } from '../../ui/words.ts'

type Counts = Import['counts']

type CountLine = {
  readonly name: keyof Counts
  readonly title: string
  readonly means: string
}

/** What an import did, in the order in which a person asks. */
export const countLines: readonly CountLine[] = [
  { name: 'findings', title: 'Findings read', means: 'what the file holds' },
  { name: 'reports', title: 'New reports', means: 'not known before' },
  { name: 'cases', title: 'New cases', means: 'vulnerabilities that nobody had reported' },
  { name: 'duplicates', title: 'Duplicates', means: 'new reports that joined a case' },
  { name: 'suggestions', title: 'Suggestions', means: 'pairs that a person has to decide on' },
  { name: 'refreshed', title: 'Refreshed', means: 'known from this series, with new facts' },
  { name: 'unchanged', title: 'Unchanged', means: 'known from this series, as before' },
  { name: 'gone', title: 'No longer seen', means: 'in the series before, missing now' },
  { name: 'aside', title: 'Set aside', means: 'taken back or refuted by the file itself' },
]

/** What an import did, in one line of a list: only what happened. */
export function countWords({ counts, state }: Import): string {
  if (state === 'refused') return 'Nothing was stored'
  const said = [
    counts.reports > 0 && counted(counts.reports, 'new report'),
    counts.cases > 0 && counted(counts.cases, 'new case'),
    counts.duplicates > 0 && counted(counts.duplicates, 'duplicate'),
    counts.refreshed > 0 && `${counts.refreshed} refreshed`,
    counts.unchanged > 0 && `${counts.unchanged} unchanged`,
    counts.gone > 0 && `${counts.gone} no longer seen`,
    counts.aside > 0 && `${counts.aside} set aside`,
  ].filter((part) => part !== false)
  return said.length > 0 ? said.join(', ') : 'Nothing new'
}

export const outcomeWords: Readonly<Record<ImportedReport['outcome'], string>> = {
  waiting: 'Waits for correlation',
  new: 'New case',
  duplicate: 'Duplicate',
  unchanged: 'Unchanged',
  refreshed: 'Refreshed',
  aside: 'Set aside',
}
