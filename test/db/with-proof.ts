import type { TapSubmission } from '#formats/tap/intake.ts'

/** What an invented proof says: it must turn up nowhere in the clear. */
export const secret = Buffer.from('what makes the invented parser fall')

/** A submission that says something only by its proof. */
export const submission: TapSubmission = {
  ...{ versions: [], references: [], upstreamIds: [], notify: 'off' },
  attachments: [
    {
      ...{ filename: 'poc.txt', contentType: 'text/plain', type: 'reproducer' },
      ...{ downloadName: 'poc.txt', bytes: secret },
    },
  ],
  record: { purl: 'pkg:npm/frames@2.3.1' },
  document: {
    purl: 'pkg:npm/frames@2.3.1',
    attachments: [
      { filename: 'poc', content_type: 'text/plain', data: String(secret), type: 'reproducer' },
    ],
  },
}
