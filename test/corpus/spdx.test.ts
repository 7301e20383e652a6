import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Material } from '#formats/finding/decoder.ts'
import { spdxDecoder } from '#formats/spdx/decode.ts'
import { sharedPath, skipWithout } from './shared.ts'

const sboms = sharedPath('fixtures', 'sbom')

test('every SPDX inventory of the fixtures decodes', { skip: skipWithout(sboms) }, () => {
  if (!sboms) return
  const counts: { [name: string]: number } = {}
  for (const name of globSync('spdx__*', { cwd: sboms }).sort()) {
    const text: string = readFileSync(join(sboms, name), 'utf8')
    const isJson = name.endsWith('.json')
    const material: Material = isJson
      ? { kind: 'json', value: JSON.parse(text), text }
      : { kind: 'text', text }
    assert.equal(spdxDecoder.recognise(material), 3, name)
    const { components, problems } = spdxDecoder.decode(material)
    assert.deepEqual(problems, [], name)
    const packages = isJson
      ? text.match(/"(versionInfo|software_packageVersion)"/g)
      : text.match(/^PackageName:/gm)
    assert.equal(components.length, packages?.length ?? 0, name)
    const purls = new Set(text.match(/pkg:[^\s"]+/g))
    assert.deepEqual(new Set(components.flatMap(({ purl }) => purl ?? [])), purls, name)
    assert.ok(
      components.every(({ version }) => version !== undefined),
      name,
    )
    counts[name] = components.length
  }
  assert.equal(Object.keys(counts).length, 5)
  console.log('spdx components', counts)
})
