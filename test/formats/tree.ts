import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Decoder, Material, XmlElement } from '#formats/finding/decoder.ts'
import type { Finding } from '#formats/finding/finding.ts'
import { assertSound } from './total.ts'

type Parts = Partial<Pick<XmlElement, 'namespace' | 'children' | 'text' | 'line'>> & {
  readonly attributes?: Readonly<Record<string, string>>
}

/** An element of a tree made by hand. */
export const element = (name: string, parts: Parts = {}): XmlElement => ({
  ...{ name, namespace: '', children: [], text: '', line: 1 },
  ...parts,
  attributes: new Map(Object.entries(parts.attributes ?? {})),
})

export const xml = (root: XmlElement): Material => ({ kind: 'xml', root, text: '' })

type Change = { readonly path: readonly number[]; readonly how: Parameters<typeof changed>[1] }

/** Where elements stand below one, as positions from it. */
const pathsOf = (root: XmlElement): number[][] =>
  root.children.flatMap((child, index) => [
    [index],
    ...pathsOf(child).map((path) => [index, ...path]),
  ])

function changed(found: XmlElement, how: { kind: string; text: string }): XmlElement[] {
  const { kind, text } = how
  if (kind === 'drop') return []
  if (kind === 'twice') return [found, found]
  if (kind === 'rename') return [{ ...found, name: text }]
  if (kind === 'text') return [{ ...found, text }]
  if (kind === 'bare') return [{ ...found, attributes: new Map(), children: [] }]
  const attributes = new Map([...found.attributes.keys()].map((key) => [key, text]))
  return [{ ...found, attributes }]
}

function at(root: XmlElement, path: readonly number[], how: Change['how']): XmlElement {
  const [index, ...rest] = path
  const children = root.children.flatMap((child, position) => {
    if (position !== index) return [child]
    return rest.length === 0 ? changed(child, how) : [at(child, rest, how)]
  })
  return { ...root, children }
}

/** One record of a tree: its path in positions, and the pointer that its finding has. */
export type TreeRecord = { readonly path: readonly number[]; readonly pointer: string }

/**
 * Breaks a good tree in many ways: what is decoded stays sound. With `record` it breaks inside
 * this one only, and the findings of the others stay as they were.
 */
export function assertHardy(decoder: Decoder, root: XmlElement, record?: TreeRecord): void {
  const inside = record?.path ?? []
  const paths = pathsOf(root).filter((path) =>
    inside.every((step, index) => path[index] === step && path.length > index + 1),
  )
  assert.ok(paths.length > 0, 'something to break')
  const odd = fc.constantFrom('', ' ', '\0', 'a\nb', '-1', '99999999999', '%00', '&', '<b', 'NaN')
  const change = fc.record({
    path: fc.constantFrom(...paths),
    how: fc.record({
      kind: fc.constantFrom('drop', 'twice', 'rename', 'text', 'bare', 'attributes'),
      text: fc.oneof(odd, fc.string({ maxLength: 20 })),
    }),
  })
  const isOwn = ({ at: { pointer } }: Finding): boolean => pointer === record?.pointer
  const whole = decoder.decode(xml(root)).findings
  const others = whole.filter((finding) => !isOwn(finding))
  if (record) assert.ok(others.length > 0 && others.length < whole.length, record.pointer)
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      const broken = changes.reduce((now, { path, how }) => at(now, path, how), root)
      decoder.recognise(xml(broken))
      const decoded = decoder.decode(xml(broken))
      assertSound(decoded)
      if (!record) return
      assert.deepEqual(
        decoded.findings.filter((finding) => !isOwn(finding)),
        others,
      )
    }),
    { numRuns: 500 },
  )
}
