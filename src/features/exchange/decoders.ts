import { cveDecoder } from '#formats/cve/decode.ts'
import { nvdDecoder } from '#formats/cve/nvd.ts'
import type { Decoder } from '#formats/finding/decoder.ts'
import { osvDecoder } from '#formats/osv/decode.ts'
import { sarifDecoder } from '#formats/sarif/sarif.ts'

/**
 * Every format that is read, most specific first: where two are no more than possible, the
 * earlier one reads. A new format is one folder under `formats` and one line here.
 */
export const decoders: readonly Decoder[] = [
  sarifDecoder, // results of static analysers
  osvDecoder, // advisories
  cveDecoder,
  nvdDecoder,
]
