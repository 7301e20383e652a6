import { PageBody, PageHead } from '../../ui/page-head.tsx'

export function SuggestionsPage() {
  return (
    <>
      <PageHead title="Suggestions" about="Are these two one vulnerability?" />
      <PageBody>
        <p>Nothing here yet.</p>
      </PageBody>
    </>
  )
}
