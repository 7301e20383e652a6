import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { stixBundle } from '#formats/stix/attack-pattern.ts'
import { conditionKinds, stixOf, type Technique, TechniqueShape } from './technique.ts'

const technique: Technique = {
  title: 'Reads credentials of the shell history',
  summary: 'Looks for passwords in files of the shell before it asks the service.',
  ...{ attack: ['T1552.003'], atlas: ['AML.T0054'] },
  conditions: [{ is: 'access', text: 'a shell of the user' }],
  seen: [{ run: 'run_0123456789', task: 'toy-1', epoch: 1 }],
  evidence: [{ seen: 0, transcriptSha256: 'ab'.repeat(32), from: 3, count: 2 }],
}

const wrong: readonly (readonly [string, object, RegExp])[] = [
  ['an id that is none', { attack: ['T155'] }, /no id such as T1059/],
  ['an id of ATLAS among those of ATT&CK', { attack: ['AML.T0054'] }, /no id such as T1059/],
  ['a sub-technique of two digits', { attack: ['T1552.03'] }, /no id such as T1059/],
  ['an id twice', { atlas: ['AML.T0054', 'AML.T0054'] }, /was there before/],
  ['no sample', { seen: [], evidence: [] }, /Too small/],
  [
    'evidence of a sample that is not listed',
    {
      seen: technique.seen,
      evidence: [{ seen: 1, transcriptSha256: 'ab'.repeat(32), from: 0, count: 1 }],
    },
    /names sample 1, of 1/,
  ],
  [
    'a digest that is none',
    { evidence: [{ ...technique.evidence[0], transcriptSha256: 'x' }] },
    /no SHA/,
  ],
  ['a condition without words', { conditions: [{ is: 'access', text: ' ' }] }, /Too small/],
  ['a member nobody knows', { exploit: 'x' }, /Unrecognized/],
]
for (const [name, change, says] of wrong) {
  test(`a technique with ${name} is refused`, () => {
    const read = TechniqueShape.safeParse({ ...technique, ...change })
    assert.match(read.success ? '' : read.error.issues.map(({ message }) => message).join(), says)
  })
}

const at = { createdAt: '2026-11-01T00:00:00Z', modifiedAt: '2026-11-02T00:00:00Z' }

test('a technique leaves as an attack pattern of STIX 2.1', () => {
  const bundle = stixBundle([stixOf(technique, { ...at, id: 'technique_1' })])
  assert.deepEqual(bundle.objects, [
    {
      ...{ type: 'attack-pattern', spec_version: '2.1', id: bundle.objects[0]?.id },
      ...{ created: '2026-11-01T00:00:00.000Z', modified: '2026-11-02T00:00:00.000Z' },
      name: technique.title,
      description: `${technique.summary}\nCondition (access): a shell of the user`,
      external_references: [
        {
          ...{ source_name: 'mitre-attack', external_id: 'T1552.003' },
          url: 'https://attack.mitre.org/techniques/T1552/003',
        },
        {
          ...{ source_name: 'mitre-atlas', external_id: 'AML.T0054' },
          url: 'https://atlas.mitre.org/techniques/AML.T0054',
        },
      ],
    },
  ])
})

const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`))
const anyTechnique: fc.Arbitrary<Technique> = fc.record({
  title: fc.stringMatching(/^[a-z]{1,50}$/),
  summary: fc.stringMatching(/^[a-z]{1,50}$/),
  attack: fc.uniqueArray(fc.stringMatching(/^T[0-9]{4}(?:\.[0-9]{3})?$/), { maxLength: 4 }),
  atlas: fc.uniqueArray(fc.stringMatching(/^AML\.T[0-9]{4}$/), { maxLength: 4 }),
  conditions: fc.array(fc.record({ is: fc.constantFrom(...conditionKinds), text: hex(8) })),
  seen: fc.constant(technique.seen),
  evidence: fc.constant(technique.evidence),
})

test('a record is read as written, and what leaves names no run, task or transcript', () => {
  const idForm =
    /^attack-pattern--[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
  fc.assert(
    fc.property(anyTechnique, hex(12), (one, id) => {
      const text = JSON.stringify(one)
      assert.deepEqual(TechniqueShape.parse(JSON.parse(text)), JSON.parse(text))
      const bundle = stixBundle([stixOf(one, { ...at, id })])
      assert.match(bundle.objects[0]?.id ?? '', idForm)
      assert.deepEqual(stixBundle([stixOf(one, { ...at, id })]), bundle)
      assert.doesNotMatch(JSON.stringify(bundle), /run_0123456789|toy-1|abababab/)
      const [pattern] = bundle.objects
      const count = one.attack.length + one.atlas.length
      assert.equal(pattern?.external_references?.length ?? 0, count)
      assert.equal('external_references' in (pattern ?? {}), count > 0)
    }),
  )
})
