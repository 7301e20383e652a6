import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/**
 * An authenticator of Web Authentication Level 3 made of keys alone: it answers as browsers do, and
 * wrongly in whatever way a test wants.
 */

type Flags = { readonly isVerified: boolean; readonly hasKey: boolean }

/** What an answer says; each can be changed to something that must be refused. */
export type Said = {
  readonly challenge: string
  readonly origin: string
  readonly rpId: string
  readonly type: string
  readonly isVerified: boolean
  readonly counter: number
  readonly crossOrigin: boolean
}

const b64 = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString('base64url')

const clientData = ({ type, challenge, origin, crossOrigin }: Said): string =>
  b64(JSON.stringify({ type, challenge, origin, crossOrigin }))

function authenticatorData(said: Said, { isVerified, hasKey }: Flags, rest: Buffer): Buffer {
  const counter = Buffer.alloc(4)
  counter.writeUInt32BE(said.counter)
  const flags = 0x01 | (isVerified ? 0x04 : 0) | (hasKey ? 0x40 : 0)
  const hash = createHash('sha256').update(said.rpId).digest()
  return Buffer.concat([hash, Buffer.from([flags]), counter, rest])
}

/** Just enough CBOR (RFC 8949): small maps of texts, integers and bytes. */
function cbor(value: number | string | Uint8Array | ReadonlyMap<number | string, unknown>): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value)
  if (typeof value === 'string') return Buffer.concat([head(3, value.length), Buffer.from(value)])
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value])
  const parts = [...value].flatMap(([name, held]) => [cbor(name), cborOf(held)])
  return Buffer.concat([head(5, value.size), ...parts])
}

function cborOf(value: unknown): Buffer {
  if (typeof value === 'number' || typeof value === 'string') return cbor(value)
  if (value instanceof Uint8Array || value instanceof Map) return cbor(value)
  throw new TypeError('not for this encoder')
}

function head(major: number, length: number): Buffer {
  if (length < 24) return Buffer.from([(major << 5) | length])
  if (length < 256) return Buffer.from([(major << 5) | 24, length])
  return Buffer.from([(major << 5) | 25, length >> 8, length & 255])
}

/** ES256 on P-256 as COSE_Key (RFC 9053 section 7.1.1). */
function coseKey(key: KeyObject): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' })
  return cbor(
    new Map<number, number | Buffer>([
      ...([
        [1, 2],
        [3, -7],
        [-1, 1],
      ] as const),
      ...([
        [-2, Buffer.from(x, 'base64url')],
        [-3, Buffer.from(y, 'base64url')],
      ] as const),
    ]),
  )
}

/** One credential of one person on one authenticator. */
export class TestPasskey {
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  readonly id = b64(randomBytes(16))
  counter = 0

  /** The body with which a page adds it. */
  register(name: string, asked: Partial<Said> & Pick<Said, 'challenge' | 'origin' | 'rpId'>) {
    const said = this.#said('webauthn.create', asked)
    const id = Buffer.from(this.id, 'base64url')
    const length = Buffer.from([id.length >> 8, id.length & 255])
    const rest = Buffer.concat([Buffer.alloc(16), length, id, coseKey(this.#keys.publicKey)])
    const authData = authenticatorData(said, { isVerified: said.isVerified, hasKey: true }, rest)
    const attestation = new Map<string, unknown>([
      ['fmt', 'none'],
      ['attStmt', new Map()],
      ['authData', authData],
    ])
    return {
      ...{ name, id: this.id, transports: ['internal'], clientDataJSON: clientData(said) },
      attestationObject: b64(cbor(attestation)),
    }
  }

  /** The body with which a page signs in; the counter goes on by one unless told otherwise. */
  assert(userHandle: string, asked: Partial<Said> & Pick<Said, 'challenge' | 'origin' | 'rpId'>) {
    const said = this.#said('webauthn.get', { counter: ++this.counter, ...asked })
    const clientDataJSON = clientData(said)
    const flags = { isVerified: said.isVerified, hasKey: false }
    const data = authenticatorData(said, flags, Buffer.alloc(0))
    const hash = createHash('sha256').update(Buffer.from(clientDataJSON, 'base64url')).digest()
    const signature = sign('sha256', Buffer.concat([data, hash]), this.#keys.privateKey)
    return {
      ...{ id: this.id, clientDataJSON, userHandle },
      ...{ authenticatorData: b64(data), signature: b64(signature) },
    }
  }

  #said(type: string, asked: Partial<Said> & Pick<Said, 'challenge' | 'origin' | 'rpId'>): Said {
    return { type, isVerified: true, counter: 0, crossOrigin: false, ...asked }
  }
}
