import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { clearances, labels } from '../../../test/labels/label.ts'
import {
  type Clearance,
  canonical,
  commonLabel,
  digestOfLabel,
  dominates,
  isRaise,
  join,
  type Label,
  markingOf,
  parseMarking,
  strictest,
  uncleared,
} from './label.ts'
import { LabelWire, LabelWishWire } from './label.wire.ts'

const now = new Date('2026-11-21T00:00:00Z')
const cleared = uncleared('org_aaaaaaaa')

describe('who is shown what', () => {
  const refused: readonly (readonly [string, Partial<Label>, Partial<Clearance>])[] = [
    ['a higher classification', { classification: 'restricted' }, {}],
    ['a narrower colour', { tlp: 'red' }, {}],
    ['a compartment that they do not hold', { compartments: ['GLASS'] }, {}],
    [
      'one of two compartments that they do not hold',
      { compartments: ['GLASS', 'HERON'] },
      { compartments: ['GLASS'] },
    ],
    ['what is released to another organisation', { releasableTo: ['org_bbbbbbbb'] }, {}],
    ['what is released to nobody', { releasableTo: [] }, { classification: 'top-secret' }],
    ['PCII', { legal: [{ kind: 'pcii', from: '2026-01-01', until: null }] }, {}],
    [
      'PCII whose days are over',
      { legal: [{ kind: 'pcii', from: '2020-01-01', until: '2021-01-01' }] },
      {},
    ],
    [
      'what is under embargo for a second more',
      { embargoUntil: '2026-11-21T00:00:01Z' },
      { underEmbargo: false },
    ],
  ]
  for (const [what, label, held] of refused) {
    test(`somebody is not shown ${what}`, () =>
      assert.equal(dominates({ ...cleared, ...held }, { ...commonLabel, ...label }, now), false))
  }

  const shown: readonly (readonly [string, Partial<Label>, Partial<Clearance>])[] = [
    ['what nobody labelled otherwise', {}, {}],
    ['what is lower', { classification: 'restricted' }, { classification: 'secret' }],
    ['what is released to their organisation', { releasableTo: ['org_aaaaaaaa'] }, {}],
    [
      'what has another legal protection than PCII',
      { legal: [{ kind: 'cisa-2015', from: '2026-01-01', until: null }] },
      {},
    ],
    [
      'PCII as an authorised user',
      { legal: [{ kind: 'pcii', from: '2026-01-01', until: null }] },
      { pcii: true },
    ],
    [
      'what was under embargo until now',
      { embargoUntil: '2026-11-21T00:00:00Z' },
      { underEmbargo: false },
    ],
    ['what is proprietary to others', { owners: ['org_bbbbbbbb'], foia: ['b(4)'] }, {}],
  ]
  for (const [what, label, held] of shown) {
    test(`somebody is shown ${what}`, () =>
      assert.equal(dominates({ ...cleared, ...held }, { ...commonLabel, ...label }, now), true))
  }
})

const law = (name: string, property: fc.IProperty<unknown[]>): void => {
  test(name, () => {
    fc.assert(property, { numRuns: 2_000 })
  })
}
const same = (a: Label, b: Label): boolean => digestOfLabel(a) === digestOfLabel(b)

describe('the laws of labels', () => {
  law(
    'joining is associative and commutative, and joining with itself changes nothing',
    fc.property(labels, labels, labels, (a, b, c) => {
      assert.deepEqual(join(a, join(b, c)), join(join(a, b), c))
      assert.deepEqual(join(a, b), join(b, a))
      assert.deepEqual(join(a, a), canonical(a))
    }),
  )
  law(
    'somebody is shown what two labels say together who is shown both, and nobody else',
    fc.property(clearances, labels, labels, (held, a, b) =>
      assert.equal(
        dominates(held, join(a, b), now),
        dominates(held, a, now) && dominates(held, b, now),
      ),
    ),
  )
  law(
    'whoever is shown a stricter label is shown the other',
    fc.property(clearances, labels, labels, (held, a, b) => {
      if (!isRaise(a, b)) return
      if (dominates(held, b, now)) assert.ok(dominates(held, a, now))
    }),
  )
  law(
    'joining makes stricter, and the other way round only where the two are one',
    fc.property(labels, labels, (a, b) => {
      assert.ok(isRaise(a, join(a, b)))
      assert.equal(isRaise(join(a, b), a), same(join(a, b), a))
    }),
  )
  law(
    'more of a clearance never shows less',
    fc.property(clearances, labels, (held, label) => {
      const more: Clearance = {
        ...held,
        ...{ classification: 'top-secret', tlp: 'red', pcii: true, underEmbargo: true },
        compartments: [...held.compartments, 'HERON'],
      }
      if (dominates(held, label, now)) assert.ok(dominates(more, label, now))
    }),
  )
  law(
    'nobody is shown what has no label',
    fc.property(clearances, (held) => assert.equal(dominates(held, strictest, now), false)),
  )
})

describe('how labels are written', () => {
  law(
    'a marking says the whole label, on one line',
    fc.property(labels, (label) => {
      const text = markingOf(label)
      assert.deepEqual(parseMarking(text), canonical(label))
      assert.doesNotMatch(text, /[\n\r\t]/)
    }),
  )
  law(
    'any other text is no marking',
    fc.property(
      labels,
      fc.nat(),
      fc.constantFrom('', 'X', '/', ' ', ',', '0', ')', 'é'),
      (label, at, by) => {
        const text = markingOf(label)
        const cut = at % text.length
        const other = text.slice(0, cut) + by + text.slice(cut + 1)
        const parsed = parseMarking(other)
        if (parsed !== null) assert.equal(markingOf(parsed), other)
      },
    ),
  )
  law(
    'the order of a set and what stands in it twice change nothing',
    fc.property(labels, (label) => {
      const twice: Label = {
        ...label,
        compartments: [...label.compartments, ...label.compartments].reverse(),
        legal: [...label.legal, ...label.legal].reverse(),
      }
      assert.equal(digestOfLabel(twice), digestOfLabel(label))
      assert.equal(markingOf(twice), markingOf(label))
    }),
  )
  law(
    'what is shown can be sent in again, and comes to the same',
    fc.property(labels, (label) => {
      const { marking, ...shown } = LabelWire.parse({ ...label, marking: markingOf(label) })
      assert.equal(marking, markingOf(LabelWishWire.parse(shown)))
    }),
  )

  const full: Label = {
    ...{ classification: 'top-secret', tlp: 'amber+strict', compartments: ['HERON', 'GLASS'] },
    ...{ owners: ['org_aaaaaaaa'], releasableTo: ['org_bbbbbbbb', 'org_aaaaaaaa'] },
    legal: [{ kind: 'pcii', from: '2026-01-01', until: null }],
    ...{ foia: ['b(7)(E)', 'b(4)'], embargoUntil: '2026-12-01T00:00:00Z' },
  }
  for (const [label, text] of [
    [commonLabel, 'UNCLASSIFIED//TLP:AMBER+STRICT'],
    [strictest, 'TOP SECRET//UNLABELLED//TLP:RED//REL TO NONE'],
    [
      full,
      'TOP SECRET//GLASS/HERON//TLP:AMBER+STRICT//REL TO org_aaaaaaaa, org_bbbbbbbb//' +
        'PROPIN org_aaaaaaaa//PCII 2026-01-01/..//FOIA b(4), b(7)(E)//EMBARGO 2026-12-01T00:00:00Z',
    ],
  ] as const) {
    test(text, () => assert.equal(markingOf(label), text))
  }

  for (const text of [
    '',
    'SECRET',
    'TLP:RED',
    'SECRET//TLP:BLUE',
    'SECRET//TLP:RED//',
    'secret//TLP:RED',
    'SECRET//glass//TLP:RED',
    'SECRET//GLASS/GLASS//TLP:RED',
    'SECRET//TLP:RED//REL TO ',
    'SECRET//TLP:RED//NOFORN',
    'SECRET//TLP:RED//PCII',
    'SECRET//TLP:RED//PCII 2026-02-30/..',
    'SECRET//TLP:RED//EMBARGO 2026-12-01',
    'SECRET//TLP:RED//FOIA b(10)',
    'SECRET//TLP:RED//PROPIN org_a',
    'SECRET//TLP:RED\nX',
  ]) {
    test(`${JSON.stringify(text)} is no marking`, () => assert.equal(parseMarking(text), null))
  }
})

describe('what is sent in as a label is refused', () => {
  for (const [why, part] of [
    ['with an unknown classification', { classification: 'cosmic' }],
    ['with a compartment in small letters', { compartments: ['glass'] }],
    ['with too many compartments', { compartments: Array.from({ length: 33 }, (_, n) => `C${n}`) }],
    ['with an organisation by its name', { releasableTo: ['Heron Lab'] }],
    [
      'with a day that the calendar lacks',
      { legal: [{ kind: 'pcii', from: '2026-02-30', until: null }] },
    ],
    ['with an embargo of another spelling', { embargoUntil: '2026-12-01T01:00:00+01:00' }],
    ['with more than a label', { unknown: true }],
    ['without a part', { tlp: undefined }],
  ] as const) {
    test(why, () =>
      assert.equal(LabelWishWire.safeParse({ ...commonLabel, ...part }).success, false),
    )
  }
})
