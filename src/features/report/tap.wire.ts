import { z } from 'zod'
import { LabelHeaderWire } from './label-header.ts'

/**
 * A report of the TAP contract as JSON, for those who read the API's description. It is not what a
 * report is judged by: `formats/tap` knows the rules that no schema says, and counts bytes where
 * this counts characters. Nothing that the contract takes lies outside it, but for a field that is
 * null or empty, which says as much as one that is absent.
 */

const text = (bytesMax: number, description: string) =>
  z.string().max(bytesMax).meta({ description }).optional()

const texts = (itemsMax: number, bytesMax: number, description: string) =>
  z.array(z.string().max(bytesMax)).max(itemsMax).meta({ description }).optional()

const payloadMax = 2 ** 20
const payload = z.string().max(payloadMax)

const AttachmentWire = z
  .strictObject({
    filename: z.string().min(1).max(255),
    content_type: z.string().meta({
      description:
        'text/plain, text/markdown, application/json, application/pdf, application/zip, ' +
        'application/gzip, application/x-bzip2 or application/octet-stream',
    }),
    data: payload.min(1).meta({
      description: 'As it is for text and JSON, else padded standard base64; sealed at rest',
    }),
    type: z
      .enum(['patch', 'exploit-proof-of-concept', 'reproducer', 'threat-model', 'other'])
      .optional(),
    description: text(1024, 'One line'),
  })
  .meta({ id: 'TapAttachment' })

const symbol = z.strictObject({
  file: text(512, 'Its path in the sources'),
  function: text(256, 'Its name'),
  line: z.int().min(0).meta({ description: 'Shown, never compared' }).optional(),
})

const enrichment = z.looseObject({
  cvss_vector: z.string().meta({ description: 'CVSS 4.0' }).optional(),
  cwe: z.string().meta({ description: '`CWE-` and a number, then any text' }).optional(),
  ssvc: z.string().meta({ description: 'Track, Track*, Attend or Act' }).optional(),
  severity: z.string().meta({ description: 'None, Low, Medium, High or Critical' }).optional(),
  verified: z.string().meta({ description: 'unconfirmed, simulated or confirmed' }).optional(),
})

const fields = {
  purl: text(512, 'Needed unless both `ecosystem` and `software` are there'),
  software: text(256, 'Needed without `purl`'),
  ecosystem: text(128, 'Needed without `purl`; must agree with it'),
  versions: texts(64, 64, 'That of the purl is added'),
  code_path: text(1024, 'Free text; `affected_symbol` is better'),
  affected_symbol: symbol.optional(),
  references: texts(16, 512, 'Absolute http or https addresses'),
  upstream_ids: texts(16, 128, 'CVE, GHSA, OSV, GO, RUSTSEC or PYSEC identifiers'),
  introduced_commit: text(64, '7 to 64 hexadecimal digits'),
  fixed_commit: text(64, '7 to 64 hexadecimal digits'),
  package_repo_url: text(512, 'The http or https address of a git repository'),
  discovery_method: text(32, 'Such as manual, ai-assisted, ai-discovered, automated-scan'),
  discovery_tooling: text(128, 'Such as a model and its harness'),
  email: text(256, 'One mailbox; sealed at rest and never repeated'),
  notify: z
    .enum(['off', 'final', 'milestones', 'all'])
    .meta({ description: 'milestones with an `email`; anything but off needs one' })
    .optional(),
  enrichment: enrichment.meta({ description: 'At most 64 KiB and 8 deep' }).optional(),
  attachments: z.array(AttachmentWire).max(16).optional(),
}

const deprecated = (description: string) =>
  z.string().meta({ description, deprecated: true }).optional()

export const TapReportWire = z
  .strictObject({
    ...fields,
    exploit: payload.meta({ deprecated: true }).optional(),
    exploit_content_type: deprecated('Of `exploit`, which it needs'),
    raw: payload.meta({ deprecated: true }).optional(),
    raw_content_type: deprecated('Of `raw`, which it needs'),
  })
  .meta({ id: 'TapReport' })

/** What a request that may come again is known by; judged where it is used. */
const OnceHeaderWire = z.strictObject({
  'idempotency-key': z
    .string()
    .meta({
      ...{ minLength: 1, maxLength: 255, pattern: '^[!-~]+$' },
      description: 'The same request with the same key gets the first answer and is stored once',
    })
    .optional(),
})

/** What may stand beside anything that is handed in. */
export const HandInHeadersWire = OnceHeaderWire.extend(LabelHeaderWire.shape)
