import { bundleAddress } from '../../api/client.ts'
import type { Proof } from '../../api/types.ts'
import { Digest, Fact } from '../../parts/facts.tsx'
import { lineOf } from '../../parts/outside-text.tsx'
import { Section } from '../../ui/section.tsx'
import { counted, sizeOf } from '../../ui/words.ts'
import { type Claim, claimOf } from './manifest.ts'

/** What is claimed and where, and by whom. */
export function Origin({ proof }: { readonly proof: Proof }) {
  const { target, finder, sha256, sizeBytes, destroyedAt } = proof
  const claim = proof.manifest && claimOf(proof.manifest)
  return (
    <Section title="What and where">
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1">
        <Fact term="Target">{target === null ? 'Not named' : lineOf(target, 300)}</Fact>
        {claim && <Claimed claim={claim} />}
        <Fact term="Found by">
          {lineOf(finder.name, 100)}
          {finder.model !== null && ` with ${lineOf(finder.model, 100)}`}
        </Fact>
        <Fact term="Bundle">
          {destroyedAt === null ? (
            <a href={bundleAddress(proof.id)} className="link" download>
              Download the bundle
            </a>
          ) : (
            'Destroyed'
          )}
          , {sizeOf(sizeBytes)}
        </Fact>
        <Fact term="SHA-256">
          <Digest text={sha256} />
        </Fact>
      </dl>
    </Section>
  )
}

const Claimed = ({ claim }: { readonly claim: Claim }) => (
  <>
    {claim.commit !== null && (
      <Fact term="Commit">
        <Digest text={claim.commit} />
      </Fact>
    )}
    <Fact term="Where">
      {claim.place === null ? (
        'No place is named'
      ) : (
        <span className="font-mono text-small">{lineOf(claim.place, 400)}</span>
      )}
      {claim.symbol !== null && (
        <>
          {' in '}
          <span className="font-mono text-small">{lineOf(claim.symbol, 300)}</span>
        </>
      )}
    </Fact>
    {claim.command !== null && (
      <Fact term="Command">
        <span className="font-mono text-small">{lineOf(claim.command, 600)}</span>
      </Fact>
    )}
    {claim.shownBy !== null && <Fact term="Shown by">{lineOf(claim.shownBy, 600)}</Fact>}
    <Fact term="Comes with">
      {claim.hasBenign ? 'A benign control' : 'No benign control'},{' '}
      {claim.variants === 0 ? 'no variants' : counted(claim.variants, 'variant')}
    </Fact>
    {claim.authorisation !== null && (
      <Fact term="May be run">
        “{lineOf(claim.authorisation, 600)}”
        {claim.authorisedBy !== null && `, says ${lineOf(claim.authorisedBy, 100)}`}
      </Fact>
    )}
  </>
)
