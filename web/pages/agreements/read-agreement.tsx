import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { acceptAgreement } from '../../api/client.ts'
import { saysOf } from '../../api/problem.ts'
import { sessionQuery } from '../../api/queries.ts'
import type { Agreement } from '../../api/types.ts'
import { Prose } from '../../parts/outside-text.tsx'
import { Button } from '../../ui/button.tsx'
import { Notice, ReadFailed } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { said } from '../../ui/toast.tsx'
import { When } from '../../ui/when.tsx'
import { agreementQuery, agreementsQuery, titleOf } from './words.ts'

type ReadProps = {
  readonly kind: Agreement['kind']
  readonly version: number
  readonly organisation: string
}

/** One version to read, and to accept by what was read. */
export function ReadAgreement({ kind, version, organisation }: ReadProps) {
  const { data, error, refetch } = useQuery(agreementQuery(kind, version))
  return (
    <Section title={titleOf({ kind, version })}>
      {error && <ReadFailed error={error} retry={() => void refetch()} />}
      {data === undefined ? (
        <p className="text-quiet">Reading…</p>
      ) : (
        <>
          <p className="text-quiet">
            Published <When at={data.publishedAt} />
          </p>
          <AgreementText text={data.text} label="The whole text" />
          <p className="mt-1 text-small text-quiet wrap-anywhere">
            SHA-256 of this text: <span className="font-mono">{data.digest}</span>
          </p>
          <Accept agreement={data} organisation={organisation} />
        </>
      )}
    </Section>
  )
}

type TextProps = { readonly text: string; readonly label: string }

/** The text in a part that scrolls by itself, also by keys. */
export const AgreementText = ({ text, label }: TextProps) => (
  <section
    aria-label={label}
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keys.
    tabIndex={0}
    className="mt-2 max-h-[28rem] max-w-[80ch] overflow-y-auto rounded-md border border-rule p-3"
  >
    <Prose text={text} />
  </section>
)

type AcceptProps = { readonly agreement: Agreement; readonly organisation: string }

function Accept({ agreement, organisation }: AcceptProps) {
  const { kind, version, digest, acceptedAt, versions } = agreement
  const queries = useQueryClient()
  const accept = useMutation({
    mutationFn: () => acceptAgreement({ kind, version, digest }),
    onSuccess: async () => {
      said(`You accepted ${titleOf(agreement)}.`)
      await queries.invalidateQueries({ queryKey: agreementsQuery.queryKey })
      await queries.invalidateQueries({ queryKey: sessionQuery.queryKey })
    },
  })
  if (acceptedAt !== null) {
    return (
      <p className="mt-2">
        <span className="text-good">✓ You accepted this</span> <When at={acceptedAt} />
      </p>
    )
  }
  if (versions !== version) return <p className="mt-2 text-quiet">A later version counts now.</p>
  return (
    <div className="mt-3 space-y-2">
      {accept.error && <Notice tone="danger">{saysOf(accept.error)}</Notice>}
      <p className="max-w-[65ch]">
        You accept for yourself as a member of {organisation}. That you did, when, and which text is
        kept for good.
      </p>
      <Button look="main" disabled={accept.isPending} onClick={() => accept.mutate()}>
        I have read this and accept it
      </Button>
    </div>
  )
}
