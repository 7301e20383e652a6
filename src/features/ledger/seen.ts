import { createHmac } from 'node:crypto'
import { deriveSeed, type Keys } from '#platform/crypto/keys.ts'

/** What a person is called by an organisation that is not to know their name. */
export type Pseudonyms = (organisation: string, person: string) => string

const letters = 'abcdefghjkmnpqrstuvwxyz23456789'
const length = 8

/**
 * Names that stay the same for each look of one person at reports of one organisation, and that no
 * two organisations can compare. They follow from the key file.
 */
export function pseudonymsOf(keys: Keys): Pseudonyms {
  const key = deriveSeed(keys, 'ledger/pseudonym')
  return (organisation, person) => {
    const mac = createHmac('sha256', key).update(`${organisation}\n${person}`).digest()
    const found = [...mac.subarray(0, length)].map((byte) => letters[byte % letters.length])
    return `reader-${found.join('')}`
  }
}
