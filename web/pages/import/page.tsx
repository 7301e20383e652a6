import { PageBody, PageHead } from '../../ui/page-head.tsx'

export function ImportPage() {
  return (
    <>
      <PageHead title="Import" about="Hand in findings" />
      <PageBody>
        <p>Nothing here yet.</p>
      </PageBody>
    </>
  )
}
