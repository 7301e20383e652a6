import { createHash } from 'node:crypto'
import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { endToEnd, pairsOf, type RawHeaders } from '#platform/http/end-to-end.ts'
import { AnswerPassing, type Passing } from './answer-passing.ts'
import { nothingRead } from './answer-reading.ts'
import type { Operation } from './api.ts'
import type { Grant } from './books.ts'
import type { Credential } from './credential.ts'
import type { Gate, InFlight } from './gate.ts'
import { type Outcome, outcomeOfError } from './outcome.ts'
import type { GatewayCode } from './refusal.ts'
import { isKnownEncoding } from './unpacking.ts'

/** Of the head of an answer; what is larger is garbled. */
const headBytesMax = 65_536
/** What is for the gateway alone, or is said anew on the second connection. */
const notPassedOn: ReadonlySet<string> = new Set([
  ...['authorization', 'x-api-key', 'host', 'content-length', 'expect'],
  ...['parley-request', 'parley-label'],
])
/** Answers that lead elsewhere: a client that followed would take its token along. */
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

export type Leg = {
  readonly gate: Gate
  readonly grant: Grant
  readonly tokenDigest: string
  readonly operation: Operation
  readonly query: string
  readonly rawHeaders: RawHeaders
  readonly body: Buffer
  readonly response: ServerResponse
  readonly elapsed: () => number
  /** Tells the evaluator that there is no answer, where nothing was sent of one. */
  readonly refuse: (code: GatewayCode, why: string) => void
}

/** What became of it, when nothing more comes or goes. */
export type Passed = {
  readonly outcome: Outcome
  readonly status: number | null
  readonly answer: AnswerPassing | null
  readonly reading: ReturnType<typeof nothingRead>
  /** Elapsed milliseconds, as the leg counts them. */
  readonly sentAt: number | null
  readonly firstByteAt: number | null
}

/**
 * One request from the evaluator to the endpoint and its answer back, until both are done, either
 * is gone, or it is cut. `settle` is waited for before the last byte goes on.
 */
export class Passage implements InFlight {
  readonly person: string
  readonly tokenDigest: string
  readonly expiresAt: Date
  readonly done: Promise<void>
  cutBecause: string | null = null
  readonly #leg: Leg
  readonly #credential: Credential
  readonly #settle: (passed: Passed) => Promise<void>
  readonly #over = Promise.withResolvers<void>()
  #upstream: ClientRequest | null = null
  #source: IncomingMessage | null = null
  #answer: AnswerPassing | null = null
  #status: number | null = null
  #sentAt: number | null = null
  #firstByteAt: number | null = null
  #heardAt = 0
  #settling: Promise<void> | null = null
  #isStalled = false
  #isAgain = false
  /** Of a body whose length was told: how much is still to come. */
  #left: number | null = null
  /** What waits until the request is settled. */
  readonly #last: Buffer[] = []
  /** Packed pieces are looked into one after the other. */
  #packed: Promise<void> | null = null

  constructor(leg: Leg, credential: Credential, settle: (passed: Passed) => Promise<void>) {
    this.#leg = leg
    this.#credential = credential
    this.#settle = settle
    this.done = this.#over.promise
    this.person = leg.grant.person
    this.tokenDigest = leg.tokenDigest
    this.expiresAt = leg.grant.expiresAt
    leg.response.on('close', () => {
      void this.#finish({ is: 'error', why: 'evaluator-left' }).then(this.#over.resolve)
    })
    leg.response.on('drain', () => this.#resume())
  }

  send(): void {
    this.#sentAt = this.#leg.elapsed()
    this.#heardAt = this.#sentAt
    this.#ask()
  }

  cut(why: string): void {
    // First nothing passes any more; what is to be told of it comes after.
    this.cutBecause ??= why
    this.#leg.response.destroy()
    void this.#finish({ is: 'cut', why }).then(this.#over.resolve)
  }

  check(now: number): void {
    const { caps } = this.#leg.grant
    if (this.#sentAt === null) return
    if (now - this.#sentAt > caps.wholeMs) {
      this.#tooSlow('too-long')
      return
    }
    // What was settled and is still being taken has the whole time, and no more.
    if (this.#settling !== null) return
    if (this.#source === null) {
      if (now - this.#sentAt > caps.firstByteMs) this.#tooSlow('no-answer-in-time')
    } else if (now - this.#heardAt > caps.silenceMs) {
      this.#tooSlow(this.#isStalled ? 'evaluator-stalled' : 'endpoint-silent')
    }
  }

  #tooSlow(why: string): void {
    if (this.#leg.response.headersSent) {
      this.cut(why)
      return
    }
    this.#noAnswer('endpoint-too-slow', `The endpoint did not answer in time (${why}).`)
  }

  #ask(): void {
    const { grant, gate, operation, query, rawHeaders, body } = this.#leg
    const { base } = grant.endpoint
    const isSecure = base.protocol === 'https:'
    const headers = [...endToEnd(rawHeaders, notPassedOn), 'Host', base.host]
    headers.push(...this.#credential.header(grant.endpoint))
    if (operation.method === 'POST') headers.push('Content-Length', String(body.length))
    const upstream = (isSecure ? httpsRequest : httpRequest)({
      agent: isSecure ? gate.agents.https : gate.agents.http,
      protocol: base.protocol,
      hostname: base.hostname.replace(/^\[|\]$/g, ''),
      port: base.port === '' ? (isSecure ? 443 : 80) : base.port,
      method: operation.method,
      path: `${base.pathname.replace(/\/$/, '')}${operation.path}${query}`,
      headers,
      maxHeaderSize: headBytesMax,
    })
    this.#upstream = upstream
    upstream.on('response', (source) => {
      try {
        this.#answered(source)
      } catch {
        // What the parser lets through may still be nothing that can be said to a client.
        this.#noAnswer('endpoint-garbled', 'The endpoint answers with a head that is no HTTP.')
      }
    })
    upstream.on('upgrade', (_source, socket) => {
      socket.destroy()
      this.#noAnswer('endpoint-garbled', 'The endpoint answers in another protocol.')
    })
    upstream.on('error', (error) => this.#failed(error, upstream))
    upstream.end(body)
  }

  #failed(error: Error & { readonly code?: string }, upstream: ClientRequest): void {
    if (this.#settling !== null || upstream !== this.#upstream) return
    const { code = '' } = error
    // A connection that was kept may be closed by the other side at the moment it is used again.
    if (upstream.reusedSocket && !this.#isAgain && this.#source === null && isLost(code)) {
      this.#isAgain = true
      this.#ask()
      return
    }
    if (this.#source !== null) {
      // Behind a whole answer may come anything: it is not passed on.
      if (!this.#source.complete) this.#brokenOff()
      return
    }
    if (code.startsWith('HPE_')) {
      this.#noAnswer('endpoint-garbled', 'The endpoint answers with something that is no HTTP.')
    } else {
      this.#noAnswer('endpoint-unreachable', 'The endpoint cannot be reached.')
    }
  }

  #answered(source: IncomingMessage): void {
    this.#source = source
    const { gate, grant, response, elapsed } = this.#leg
    this.#firstByteAt = elapsed()
    this.#heardAt = this.#firstByteAt
    const refusal = gate.refusalNow()
    if (refusal !== null) {
      this.cut(refusal.code)
      return
    }
    const { statusCode = 502, statusMessage = '' } = source
    this.#status = statusCode
    if (redirects.has(statusCode)) {
      this.#noAnswer('endpoint-redirects', 'The endpoint leads elsewhere.')
      return
    }
    const encoding = (source.headers['content-encoding'] ?? '').trim().toLowerCase()
    if (!isKnownEncoding(encoding)) {
      this.#noAnswer('endpoint-encoding', 'The endpoint packs its answer in no known way.')
      return
    }
    const { forms } = this.#credential
    const bytesMax = grant.caps.answerBytes
    const contentType = source.headers['content-type'] ?? ''
    this.#answer = new AnswerPassing({ forms, contentType, encoding, bytesMax })
    const length = source.headers['content-length']
    this.#left = length === undefined ? null : Number(length)
    response.sendDate = false
    response.writeHead(statusCode, this.#covered(statusMessage), this.#head(source.rawHeaders))
    // The first piece mostly comes with the head; where it does not, the head goes alone.
    setImmediate(() => {
      if (!response.writableEnded && !response.destroyed) response.flushHeaders()
    })
    source.on('data', (piece: Buffer) => this.#piece(piece))
    source.on('end', () => {
      if (source.complete) void (this.#packed ?? Promise.resolve()).then(() => this.#ended())
    })
    source.on('error', () => this.#brokenOff())
    source.on('close', () => {
      if (!source.complete) this.#brokenOff()
    })
  }

  #head(raw: RawHeaders): string[] {
    const head: string[] = []
    for (const [name, value] of pairsOf(endToEnd(raw))) {
      if (!this.#credential.forms.isIn(name)) head.push(name, this.#covered(value))
    }
    return head
  }

  #covered(text: string): string {
    return this.#credential.forms.isIn(text) ? '*'.repeat(text.length) : text
  }

  #piece(piece: Buffer): void {
    if (this.#settling !== null || this.#answer === null) return
    this.#heardAt = this.#leg.elapsed()
    const answer = this.#answer
    if (!answer.isPacked) {
      this.#go(answer.pass(piece))
      return
    }
    this.#source?.pause()
    const before = this.#packed ?? Promise.resolve()
    this.#packed = before.then(async () => {
      this.#go(await answer.passPacked(piece))
      if (!this.#isStalled) this.#source?.resume()
    })
  }

  #go(passing: Passing): void {
    if (this.#settling !== null) return
    const refusal = this.#leg.gate.refusalNow()
    if (refusal !== null) {
      this.cut(refusal.code)
      return
    }
    if (passing.is === 'cut') {
      this.cut(passing.why)
      return
    }
    const { bytes } = passing
    if (bytes.length === 0) return
    // The bytes that complete a body of known length wait until the request is settled.
    if (this.#left !== null) this.#left -= bytes.length
    if (this.#left !== null && this.#left <= 0) {
      this.#last.push(bytes)
      return
    }
    if (!this.#leg.response.write(bytes)) {
      this.#isStalled = true
      this.#source?.pause()
    }
  }

  #resume(): void {
    if (!this.#isStalled) return
    this.#isStalled = false
    this.#heardAt = this.#leg.elapsed()
    this.#source?.resume()
  }

  async #ended(): Promise<void> {
    if (this.#settling !== null || this.#answer === null) return
    const passing = await this.#answer.end()
    if (this.#settling !== null) return
    if (passing.is === 'cut') {
      this.cut(passing.why)
      return
    }
    if (passing.bytes.length > 0) this.#last.push(passing.bytes)
    const outcome = this.#outcome()
    await this.#finish(outcome)
    // Settling may have taken until the end of access.
    const refusal = this.#leg.gate.refusalNow()
    if (refusal !== null && this.#last.length > 0) this.#leg.response.destroy()
    else this.#leg.response.end(Buffer.concat(this.#last))
  }

  #outcome(): Outcome {
    const status = this.#status ?? 502
    const answer = this.#answer
    const reading = answer?.reader.end() ?? nothingRead()
    if (status >= 400) return outcomeOfError(status, reading.error)
    if (reading.error !== null) return outcomeOfError(200, reading.error)
    if (reading.hasRefused) return { is: 'refusal', why: null }
    const isReadable = answer !== null && !answer.reader.isPartial
    if (isReadable && !reading.isDone && this.#leg.operation.does === 'answer') {
      return { is: 'error', why: reading.isMalformed ? 'answer-garbled' : 'ended-early' }
    }
    return { is: 'success', why: null }
  }

  /** The endpoint went away within its answer: the evaluator sees the same. */
  #brokenOff(): void {
    if (this.#settling !== null) return
    this.#leg.response.destroy()
    void this.#finish({ is: 'error', why: 'endpoint-broke-off' })
  }

  #noAnswer(code: GatewayCode, why: string): void {
    if (this.#settling !== null) return
    void this.#finish({ is: 'error', why: code }).then(() => this.#leg.refuse(code, why))
  }

  /** Once, with the first outcome; whoever comes later waits for the same. */
  #finish(outcome: Outcome): Promise<void> {
    this.#settling ??= this.#finishWith(outcome)
    return this.#settling
  }

  async #finishWith(outcome: Outcome): Promise<void> {
    if (this.#source?.complete !== true) this.#upstream?.destroy()
    this.#answer?.destroy()
    await this.#settle({
      ...{ outcome, status: this.#status, answer: this.#answer },
      ...{ reading: this.#answer?.reader.reading ?? nothingRead() },
      ...{ sentAt: this.#sentAt, firstByteAt: this.#firstByteAt },
    })
  }
}

const isLost = (code: string): boolean => code === 'ECONNRESET' || code === 'EPIPE'

/** SHA-256, hexadecimal. */
export const sha256Of = (bytes: Buffer | string): string =>
  createHash('sha256').update(bytes).digest('hex')
