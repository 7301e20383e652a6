import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { useEffect } from 'react'
import { loadExamples } from '../../api/client.ts'
import { saysOf } from '../../api/problem.ts'
import { Button } from '../../ui/button.tsx'
import { classes } from '../../ui/classes.ts'
import { PageBody, PageHead } from '../../ui/page-head.tsx'
import { complain, said } from '../../ui/toast.tsx'
import { ImportDetail } from './detail.tsx'
import { DropZone } from './drop-zone.tsx'
import { ImportList } from './list.tsx'
import { UploadList } from './upload-list.tsx'
import { follow, useUploads } from './uploads.ts'

/** Hands findings in and tells what became of them. */
export function ImportPage() {
  const { id } = useSearch({ from: '/inside/import' })
  const uploads = useUploads()
  const queries = useQueryClient()
  const stored = uploads.filter(({ state }) => state === 'stored').length
  useEffect(() => {
    if (stored > 0) void queries.invalidateQueries({ queryKey: ['imports'] })
  }, [stored, queries])
  return (
    <div className="flex min-h-0 grow">
      <div
        className={classes(
          'flex min-h-0 min-w-0 grow flex-col',
          id !== undefined && 'border-r border-rule max-split:hidden split:max-w-[46%]',
        )}
      >
        <PageHead title="Import" about="Hand findings in, and see what became of them">
          <Examples />
        </PageHead>
        <PageBody>
          <DropZone />
          <UploadList uploads={uploads} />
          <ImportList openId={id} />
        </PageBody>
      </div>
      {id !== undefined && (
        <div className="min-h-0 min-w-0 grow basis-0 overflow-y-auto">
          {/* Below the width of two, the list and its title are not drawn. */}
          <h1 className="spoken split:hidden">Import</h1>
          <ImportDetail key={id} id={id} />
        </div>
      )}
    </div>
  )
}

function Examples() {
  const queries = useQueryClient()
  const examples = useMutation({
    mutationFn: loadExamples,
    onSuccess: ({ items }) => {
      follow(items.filter(({ isKnown }) => !isKnown).map((one) => one.import))
      const isKnown = items.every((one) => one.isKnown)
      said(
        isKnown
          ? 'The example findings are here already.'
          : 'The example findings are on their way.',
      )
      void queries.invalidateQueries({ queryKey: ['imports'] })
    },
    onError: (error) => complain(saysOf(error)),
  })
  return (
    <Button onClick={() => examples.mutate()} disabled={examples.isPending}>
      {examples.isPending ? 'Loading…' : 'Load the example findings'}
    </Button>
  )
}
