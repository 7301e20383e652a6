import type { Decoder } from '#formats/finding/decoder.ts'
import { osvDecoder } from '#formats/osv/decode.ts'

/**
 * Every format that is read, most specific first: where two are no more than possible, the
 * earlier one reads. A new format is one folder under `formats` and one line here.
 */
export const decoders: readonly Decoder[] = [osvDecoder]
