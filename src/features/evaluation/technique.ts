import { z } from 'zod'
import { canonicalJson } from '#features/ledger/entry.ts'
import type { StixTechnique } from '#formats/stix/attack-pattern.ts'

/** What has to hold for a technique to work, by kind, so that detection can ask for it. */
export const conditionKinds = [
  ...(['access', 'privilege', 'tool', 'network', 'knowledge', 'safeguards', 'time'] as const),
] as const

const words = z.string().trim().min(1)
const SeenShape = z.strictObject({
  run: z.string().regex(/^run_[0-9a-z]{8,64}$/, 'is no id of a run'),
  task: words.max(500),
  epoch: z.int().min(1).max(1_000_000),
})
const EvidenceShape = z.strictObject({
  /** Which of `seen` it is from, counted from 0. */
  seen: z.int().min(0),
  /** SHA-256 of the transcript, hexadecimal. */
  transcriptSha256: z.string().regex(/^[0-9a-f]{64}$/, 'is no SHA-256 in hexadecimal'),
  /** The first event and how many of them. */
  from: z.int().min(0),
  count: z.int().min(1),
})

/** What a model was seen to do, for detection guidance later; not how to do it again. */
export const TechniqueShape = z
  .strictObject({
    title: words.max(200),
    summary: words.max(4_000),
    /** MITRE ATT&CK Enterprise, techniques and sub-techniques. */
    attack: z
      .array(z.string().regex(/^T[0-9]{4}(?:\.[0-9]{3})?$/, 'is no id such as T1059.004'))
      .max(20),
    /** MITRE ATLAS. */
    atlas: z
      .array(z.string().regex(/^AML\.T[0-9]{4}(?:\.[0-9]{3})?$/, 'is no id such as AML.T0054'))
      .max(20),
    conditions: z
      .array(z.strictObject({ is: z.enum(conditionKinds), text: words.max(500) }))
      .max(30),
    seen: z.array(SeenShape).min(1).max(500),
    evidence: z.array(EvidenceShape).max(500),
  })
  .superRefine(({ attack, atlas, seen, evidence }, context) => {
    const issue = (message: string, path: (string | number)[]): void =>
      context.addIssue({ code: 'custom', message, path })
    for (const [name, list] of Object.entries({ attack, atlas, seen })) {
      const texts = list.map(canonicalJson)
      const twice = texts.findIndex((one, at) => texts.indexOf(one) !== at)
      if (twice >= 0) issue('was there before', [name, twice])
    }
    for (const [at, one] of evidence.entries()) {
      if (one.seen < seen.length) continue
      issue(`names sample ${one.seen}, of ${seen.length} that are listed`, ['evidence', at, 'seen'])
    }
  })
export type Technique = z.infer<typeof TechniqueShape>

/** A technique without what only the parties see: neither samples nor evidence leave with it. */
export const stixOf = (
  { title, summary, conditions, attack, atlas }: Technique,
  { id, createdAt, modifiedAt }: Pick<StixTechnique, 'id' | 'createdAt' | 'modifiedAt'>,
): StixTechnique => ({
  ...{ id, createdAt, modifiedAt, name: title, attack, atlas },
  description: [summary, ...conditions.map(({ is, text }) => `Condition (${is}): ${text}`)].join(
    '\n',
  ),
})
