import { PageBody, PageHead } from '../../ui/page-head.tsx'

export function FindersPage() {
  return (
    <>
      <PageHead title="Finders" about="Track records" />
      <PageBody>
        <p>Nothing here yet.</p>
      </PageBody>
    </>
  )
}
