import type { Target } from '#formats/proof/bundle.ts'
import { readPurl } from '#formats/purl/parse.ts'

/** What a case says that it is about, as far as it does. */
export type NamedTarget = { readonly purl: string | null; readonly commit: string | null }

/**
 * Why a proof is for something else than a case is about, in words; null where nothing speaks
 * against it. What only one of them says speaks against nothing.
 */
export function otherTarget(proof: Target, named: NamedTarget): string | null {
  const { source } = proof
  if (named.commit !== null && source.kind === 'repository' && source.commit !== named.commit) {
    return `the proof is for commit ${source.commit}, the case is about ${named.commit}`
  }
  if (proof.purl === null || named.purl === null) return null
  const one = readPurl(proof.purl)
  const other = readPurl(named.purl)
  if (one === null || other === null) return null
  const says = `the proof is for ${proof.purl}, the case is about ${named.purl}`
  if (one.type !== other.type || one.namespace !== other.namespace || one.name !== other.name) {
    return says
  }
  const isOther = one.version && other.version && one.version !== other.version
  return isOther ? `${says}: another version` : null
}
