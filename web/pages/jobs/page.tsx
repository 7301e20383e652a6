import { PageBody, PageHead } from '../../ui/page-head.tsx'

export function JobsPage() {
  return (
    <>
      <PageHead title="Jobs" about="Work in the background" />
      <PageBody>
        <p>Nothing here yet.</p>
      </PageBody>
    </>
  )
}
