import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { cyclonedxDecoder } from '#formats/cyclonedx/decode.ts'
import type { Decoded, Material } from '#formats/finding/decoder.ts'
import { parseXml } from '#formats/xml/parse.ts'
import { sharedPath, skipWithout } from './shared.ts'

/** A file as material; null where its text is no XML that could be read. */
function materialOf(path: string): Material | null {
  const text = readFileSync(path, 'utf8')
  if (path.endsWith('.json')) return { kind: 'json', value: JSON.parse(text), text }
  const { root } = parseXml(text)
  return root && { kind: 'xml', root, text }
}

function decode(path: string): Decoded {
  const material = materialOf(path)
  assert.ok(material, path)
  assert.equal(cyclonedxDecoder.recognise(material), 3, path)
  return cyclonedxDecoder.decode(material)
}

/** The components of a JSON BOM, counted straight: nested ones and the one it is about too. */
function countIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const { components, component } = { components: [], component: undefined, ...value }
  const list = Array.isArray(components) ? components : []
  const own = component === undefined ? 0 : 1 + countIn(component)
  return own + list.length + list.reduce((sum: number, one: unknown) => sum + countIn(one), 0)
}

function bomCount(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const metadata: unknown = Reflect.get(value, 'metadata')
  const about: unknown =
    typeof metadata === 'object' && metadata !== null
      ? Reflect.get(metadata, 'component')
      : undefined
  return countIn(value) + (about === undefined ? 0 : 1 + countIn(about))
}

/** Pairs of which the XML file has one component more than the JSON file. */
const twinsThatDiffer =
  /valid-(bom-1\.[2345]|component-ref-1\.[2345]|cryptography-implementation-1\.7)$/

const spec = sharedPath('fixtures', 'cyclonedx_spec')

test('every CycloneDX document of the specification decodes', { skip: skipWithout(spec) }, () => {
  if (!spec) return
  const counts = { valid: 0, invalid: 0, components: 0, vulnerabilities: 0, problems: 0, pairs: 0 }
  const paths = globSync('**/resources/1.*/*.{json,xml}', { cwd: spec }).sort()
  const seen = new Map<string, [number, number]>()
  for (const path of paths) {
    const isValid = /\/valid-/.test(path)
    const material = materialOf(join(spec, path))
    if (!isValid) {
      if (material) cyclonedxDecoder.decode(material)
      counts.invalid += 1
      continue
    }
    const { findings, components, problems, spec: version } = decode(join(spec, path))
    const [folder] = /1\.\d/.exec(path) ?? []
    assert.equal(version, folder, path)
    assert.ok(
      problems.every(({ lost }) => !lost),
      path,
    )
    if (material?.kind === 'json') assert.equal(components.length, bomCount(material.value), path)
    const stem = path.replace(/\.(json|xml)$/, '')
    const twin = seen.get(stem)
    const own: [number, number] = [components.length, findings.length]
    if (twin && !twinsThatDiffer.test(stem)) assert.deepEqual(own, twin, stem)
    counts.pairs += twin ? 1 : 0
    seen.set(stem, own)
    counts.valid += 1
    counts.components += components.length
    counts.vulnerabilities += findings.length
    counts.problems += problems.length
  }
  assert.ok(counts.valid >= 400 && counts.pairs >= 190)
  console.log('cyclonedx specification', counts)
})

test('the twins of the specification say the same of a vulnerability', {
  skip: skipWithout(spec),
}, () => {
  if (!spec) return
  for (const path of globSync('**/resources/1.*/valid-vulnerability-1.*.json', { cwd: spec })) {
    const plain = ({ findings }: Decoded): unknown =>
      findings.map(({ at: _, original: __, ...said }) => said)
    // The XML files of 1.4 and 1.5 have a slip in their CVSS vector.
    if (/-1\.[45]\./.test(path)) continue
    const xml = decode(join(spec, path.replace(/json$/, 'xml')))
    assert.deepEqual(plain(xml), plain(decode(join(spec, path))), path)
  }
})

const sboms = sharedPath('fixtures', 'sbom')

test('every CycloneDX inventory of the fixtures decodes', { skip: skipWithout(sboms) }, () => {
  if (!sboms) return
  const counts: { [name: string]: string } = {}
  for (const name of globSync('cdx__*', { cwd: sboms }).sort()) {
    const path = join(sboms, name)
    const { components, findings, problems } = decode(path)
    assert.deepEqual(problems, [], name)
    const text = readFileSync(path, 'utf8')
    const expected = name.endsWith('.json')
      ? bomCount(JSON.parse(text))
      : (text.match(/<component[\s>]/g)?.length ?? 0)
    assert.equal(components.length, expected, name)
    if (name.endsWith('.xml')) {
      assert.equal(findings.length, text.match(/<(v:)?vulnerability[\s>]/g)?.length ?? 0, name)
    }
    for (const found of findings) assert.ok(found.components?.length, name)
    counts[name] = `${components.length} components, ${findings.length} vulnerabilities`
  }
  assert.equal(Object.keys(counts).length, 18)
  console.log(counts)
})
