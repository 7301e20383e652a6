import type { Envelope } from './dsse.ts'

const mediaType = 'application/vnd.dev.sigstore.bundle.v0.3+json'

/**
 * An envelope as sigstore's clients read it: a bundle whose key is known beforehand, without
 * certificate and without an entry in a public log, for what it is about is not public.
 */
export const sigstoreBundle = (envelope: Envelope) => ({
  mediaType,
  verificationMaterial: {
    publicKey: { hint: envelope.signatures[0]?.keyid ?? '' },
    tlogEntries: [],
    timestampVerificationData: { rfc3161Timestamps: [] },
  },
  dsseEnvelope: envelope,
})
