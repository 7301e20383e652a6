import fc from 'fast-check'
import {
  type Clearance,
  canonical,
  classifications,
  type Label,
  protections,
  tlpColours,
} from '#features/label/label.ts'

/** Labels and clearances of few words, so that two of them often have something in common. */

const words = ['GLASS', 'HERON', 'X-1', '0']
const organisations = ['org_aaaaaaaa', 'org_bbbbbbbb', 'org_cccccccc']
const days = ['2025-01-01', '2026-11-21', '2027-06-30']
const instants = ['2026-11-20T23:59:59Z', '2026-11-21T00:00:00Z', '2026-11-21T00:00:01Z']

const some = (of: readonly string[]) => fc.subarray([...of], { minLength: 0 })

export const labels: fc.Arbitrary<Label> = fc
  .record({
    classification: fc.constantFrom(...classifications),
    tlp: fc.constantFrom(...tlpColours),
    compartments: some(words),
    owners: some(organisations),
    releasableTo: fc.option(some(organisations)),
    legal: fc.array(
      fc.record(
        {
          kind: fc.constantFrom(...protections),
          from: fc.constantFrom(...days),
          until: fc.option(fc.constantFrom(...days)),
        },
        { noNullPrototype: true },
      ),
      { maxLength: 3 },
    ),
    foia: some(['b(3)', 'b(4)', 'b(7)(E)']),
    embargoUntil: fc.option(fc.constantFrom(...instants)),
  })
  .map(canonical)

export const clearances: fc.Arbitrary<Clearance> = fc.record({
  classification: fc.constantFrom(...classifications),
  tlp: fc.constantFrom(...tlpColours),
  compartments: some(words),
  pcii: fc.boolean(),
  underEmbargo: fc.boolean(),
  organisation: fc.constantFrom(...organisations),
})
