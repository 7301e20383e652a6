import { PageBody, PageHead } from '../../ui/page-head.tsx'

export function OverviewPage() {
  return (
    <>
      <PageHead title="Overview" about="What came in, and what became of it" />
      <PageBody>
        <p>Nothing here yet.</p>
      </PageBody>
    </>
  )
}
