import { useInfiniteQuery } from '@tanstack/react-query'
import type { OpenedTask, Pack } from '../../api/types.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { saveFile } from '../../parts/plot/save.ts'
import { openedTasksQuery } from '../../parts/runs/queries.ts'
import { Button } from '../../ui/button.tsx'
import { ReadFailed } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { When } from '../../ui/when.tsx'
import { counted } from '../../ui/words.ts'

/** Single tasks that were opened: whoever has the commitment can check each against its root. */
export function Opened({ pack: { id, commitment } }: { readonly pack: Pack }) {
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery(
    openedTasksQuery(id),
  )
  const items = data?.pages.flatMap((page) => page.items)
  return (
    <Section title="Tasks that were opened">
      {error && <ReadFailed error={error} retry={() => void refetch()} />}
      {items?.length === 0 && <p>None. All {counted(commitment.count, 'task')} are sealed.</p>}
      {items && items.length > 0 && (
        <ul>
          {items.map((one) => (
            <Task key={one.task} one={one} />
          ))}
        </ul>
      )}
      {hasNextPage && (
        <Button className="mt-2" onClick={() => void fetchNextPage()}>
          Show more
        </Button>
      )}
    </Section>
  )
}

const Task = ({ one: { task, publishedAt, opening } }: { readonly one: OpenedTask }) => (
  <li className="flex flex-wrap items-center gap-x-4 border-t border-rule py-1">
    <strong className="font-semibold">{lineOf(task, 80)}</strong>
    <span className="text-quiet">
      opened <When at={publishedAt} />,{' '}
      {counted(opening.entries.filter(({ kind }) => kind === 'file').length, 'file')}
    </span>
    <Button
      onClick={() => saveFile(`opening-${task}`, 'json', `${JSON.stringify(opening, null, 2)}\n`)}
    >
      Save the opening
    </Button>
  </li>
)
