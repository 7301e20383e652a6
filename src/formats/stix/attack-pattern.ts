import { createHash } from 'node:crypto'

/** A technique as others read it; times are ISO 8601 in UTC. */
export type StixTechnique = {
  /** Names it, and nothing else; its STIX id is made of it. */
  readonly id: string
  readonly name: string
  readonly description: string
  readonly createdAt: string
  readonly modifiedAt: string
  /** Such as `T1059.004`. */
  readonly attack: readonly string[]
  /** Such as `AML.T0054`. */
  readonly atlas: readonly string[]
}

/** A bundle of STIX 2.1 (OASIS, 4.2 attack-pattern). One input gives the same bytes again. */
export const stixBundle = (techniques: readonly StixTechnique[]) => ({
  type: 'bundle',
  id: stixId('bundle', techniques.map(({ id, modifiedAt }) => `${id} ${modifiedAt}`).join('\n')),
  objects: techniques.map(attackPattern),
})

function attackPattern(technique: StixTechnique) {
  const { id, name, description, createdAt, modifiedAt, attack, atlas } = technique
  const references = [
    ...attack.map((external_id) => ({
      source_name: 'mitre-attack',
      external_id,
      url: `https://attack.mitre.org/techniques/${external_id.replace('.', '/')}`,
    })),
    ...atlas.map((external_id) => ({
      source_name: 'mitre-atlas',
      external_id,
      url: `https://atlas.mitre.org/techniques/${external_id}`,
    })),
  ]
  return {
    ...{ type: 'attack-pattern', spec_version: '2.1', id: stixId('attack-pattern', id) },
    ...{ created: timestampOf(createdAt), modified: timestampOf(modifiedAt) },
    ...{ name, description },
    // A list that is empty is not allowed in STIX: a property without values is left out.
    ...(references.length === 0 ? {} : { external_references: references }),
  }
}

/** STIX asks for UTC with at least milliseconds. */
const timestampOf = (at: string): string => new Date(at).toISOString()

/** A UUID of version 5 by the rules of RFC 9562, from a namespace of our own. */
function stixId(type: string, of: string): string {
  const bytes = createHash('sha1').update(namespace).update(`${type}\n${of}`).digest()
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = bytes.toString('hex', 0, 16)
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)]
  return `${type}--${parts.join('-')}-${hex.slice(20)}`
}
/** Drawn once; another would give every technique another id. */
const namespace = Buffer.from('6b1f1f0a7d5e4c0b9a52c4d1b7f0e3a8', 'hex')
