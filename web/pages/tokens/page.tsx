import { PageBody, PageHead } from '../../ui/page-head.tsx'

export function TokensPage() {
  return (
    <>
      <PageHead title="Tokens" about="Keys for machines that submit" />
      <PageBody>
        <p>Nothing here yet.</p>
      </PageBody>
    </>
  )
}
