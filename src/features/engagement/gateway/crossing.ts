import { randomUUID } from 'node:crypto'
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Log } from '#platform/log/log.ts'
import { type Asking, accountOf, drawOf, mostOf } from './accounting.ts'
import {
  type Asked,
  admitBody,
  admitGrant,
  admitHeaders,
  admitPerson,
  exhausted,
  mannerOfRequest,
  readHead,
} from './admission.ts'
import type { Ask } from './ask.ts'
import { type BodyRoom, type HeldBody, readBody } from './body-reading.ts'
import type { Books, Drawn, Grant } from './books.ts'
import type { Figures } from './figures.ts'
import type { Gate } from './gate.ts'
import type { Outcome } from './outcome.ts'
import { Passage, type Passed, sha256Of } from './passage.ts'
import { mayReach, type ReachRule } from './reach.ts'
import { type GatewayRefusal, presentRefusal } from './refusal.ts'
import type { SteadyClock } from './steady-clock.ts'
import type { Tokens } from './usage.ts'

export type CrossingParts = {
  readonly books: Books
  readonly clock: SteadyClock
  readonly log: Log
  readonly reach: ReachRule
  readonly room: BodyRoom
  readonly figures: Figures
  readonly gateOf: (gate: string) => Gate
}

/** What is known of a request once its token is: from then on it is in the access log. */
type Known = { readonly asked: Asked; readonly grant: Grant; readonly gate: Gate; request: string }
/** What is sent. */
type Cargo = {
  readonly ask: Ask | null
  readonly body: HeldBody
  readonly sha256: string
  readonly most: Tokens
  readonly reservation: string
}

const unreachable: GatewayRefusal = {
  code: 'endpoint-not-allowed',
  why: 'The endpoint is inside a network to which this gateway does not go.',
}

/** So often a request is judged anew because what it goes by has changed. */
const drawsMax = 5

/** One request from its first byte to its entry in the access log. */
export class Crossing {
  readonly #parts: CrossingParts
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  readonly #receivedAt: Date
  readonly #begun: number
  #known: Known | null = null
  #requestBytes = 0
  /** How long the body took to arrive, in milliseconds. */
  #bodyMs = 0

  constructor(parts: CrossingParts, request: IncomingMessage, response: ServerResponse) {
    this.#parts = parts
    this.#request = request
    this.#response = response
    this.#receivedAt = parts.clock.now()
    this.#begun = parts.clock.elapsed()
  }

  async run(): Promise<void> {
    try {
      const refusal = await this.#cross()
      if (refusal !== null) await this.#refuse(refusal)
    } catch (error) {
      this.#parts.log.error('a request to a model failed here', { error })
      const why = 'The gateway cannot do this right now.'
      await this.#refuse({ code: 'gateway-unready', why })
    }
  }

  async #cross(): Promise<GatewayRefusal | null> {
    const { books, clock, room, gateOf } = this.#parts
    const head = readHead(this.#request)
    if (!head.ok) return head.refusal
    const asked = head.value
    const found = await books.grants.find(asked.tokenDigest)
    const admitted = admitGrant(found, asked, clock.now())
    if (!admitted.ok) return admitted.refusal
    const grant = admitted.value
    const gate = gateOf(asked.gate)
    const known: Known = { asked, grant, gate, request: `unnamed-${randomUUID()}` }
    this.#known = known
    const shut = await this.#admitNow(known)
    if (shut !== null) return shut
    if (!mayReach(grant.endpoint.base, this.#parts.reach)) return unreachable
    const said = admitHeaders(this.#request, grant, clock.now())
    if (!said.ok) return said.refusal
    known.request = said.value.request ?? known.request
    const asksAt = clock.elapsed()
    const body = await readBody(this.#request, grant.caps.requestBytes, room)
    this.#bodyMs = clock.elapsed() - asksAt
    if (body === null) return null
    if (!body.ok) return body.refusal
    try {
      return await this.#send(known, body.value)
    } finally {
      body.value.free()
    }
  }

  /** Whether the gate and the token let something pass now. */
  async #admitNow({ gate, grant, asked }: Known): Promise<GatewayRefusal | null> {
    const shut = await gate.ready(grant.endpoint)
    if (shut !== null) return shut
    const again = admitGrant(grant, asked, this.#parts.clock.now())
    return again.ok ? admitPerson(grant, gate.terms?.people ?? []) : again.refusal
  }

  async #send(known: Known, body: HeldBody): Promise<GatewayRefusal | null> {
    const { books, clock } = this.#parts
    const { asked, grant, gate, request } = known
    this.#requestBytes = body.bytes.length
    const ask = admitBody(body.bytes, asked.operation, grant)
    if (!ask.ok) return ask.refusal
    // Reading the body may have taken until the end of access, of the token or of the terms.
    const shut = await this.#admitNow(known)
    if (shut !== null || gate.terms === null) return shut
    const sha256 = sha256Of(body.bytes)
    const most = mostOf(ask.value, grant.endpoint)
    const digest = sha256Of(`${asked.operation.path}${asked.query} ${sha256}`)
    const drawn = await this.#draw(known, { digest, most })
    if ('code' in drawn) return drawn
    if (drawn.is === 'exhausted') return exhausted(drawn.account, drawn.what)
    if (drawn.is === 'in-flight') {
      return { code: 'request-in-flight', why: 'The request of this name is still on its way.' }
    }
    if (drawn.is === 'another-request') {
      return { code: 'request-id-reused', why: 'Another request was sent under this name.' }
    }
    const { reservation } = drawn
    const credential = gate.credentialFor(grant.endpoint)
    const late = gate.refusalNow()
    if (late !== null || credential === null || this.#response.destroyed) {
      await books.budgets.settle(reservation, { tokens: 0, microUsd: 0, isAnswered: false })
      const why = 'The gateway cannot make sure right now that access is open.'
      return late ?? { code: 'gateway-unready', why }
    }
    const cargo: Cargo = { ask: ask.value, body, sha256, most, reservation }
    const passage = new Passage(
      {
        ...{ gate, grant, operation: asked.operation, query: asked.query, body: body.bytes },
        tokenDigest: asked.tokenDigest,
        ...{ rawHeaders: this.#request.rawHeaders, response: this.#response },
        elapsed: () => clock.elapsed(),
        refuse: (code, why) => this.#answer({ code, why }),
      },
      credential,
      (passed) => this.#settle(known, cargo, passed),
    )
    gate.enter(passage)
    gate.lastRequest = { request, receivedAt: this.#receivedAt.toISOString() }
    passage.send()
    await passage.done
    return null
  }

  /** Draws by what the gate goes by now: what changes meanwhile is looked at first. */
  async #draw(
    known: Known,
    { digest, most }: Pick<Asking, 'digest' | 'most'>,
  ): Promise<Exclude<Drawn, { readonly is: 'changed' }> | GatewayRefusal> {
    const { grants, budgets } = this.#parts.books
    const { asked, grant, gate, request } = known
    for (let turn = 0; turn < drawsMax; turn += 1) {
      const { terms, seen } = gate
      if (terms === null) break
      const whole = terms.budget
      const drawn = await budgets.reserve(drawOf({ grant, whole, request, digest, most, seen }))
      if (drawn.is !== 'changed') return drawn
      await gate.changed()
      const found = await grants.find(asked.tokenDigest, { isFresh: true })
      const again = admitGrant(found, asked, this.#parts.clock.now())
      const shut = again.ok ? await this.#admitNow(known) : again.refusal
      if (shut !== null) return shut
    }
    const why = 'What access goes by changes all the time. Ask again.'
    return { code: 'gateway-unready', why }
  }

  /** What fails here is told in the log: a reservation that is not settled stays used. */
  async #settle(known: Known, cargo: Cargo, passed: Passed): Promise<void> {
    const { books, log, figures } = this.#parts
    const { grant, gate } = known
    figures.ended(passed.outcome.is)
    if (passed.sentAt !== null) {
      figures.held(Math.max(0, passed.sentAt - this.#begun - this.#bodyMs) / 1_000)
    }
    const { usage, spent } = accountOf(passed, cargo.ask, {
      endpoint: grant.endpoint,
      most: cargo.most,
    })
    // Beside the entry, so that a database takes both at once.
    const settled = books.budgets.settle(cargo.reservation, spent).catch((error: unknown) => {
      log.error('a budget cannot be settled', { engagement: grant.engagement, error })
    })
    if (passed.answer?.hasShownCredential) {
      log.warn('an endpoint shows its credential', { engagement: grant.engagement })
    }
    const isShown = gate.visibility !== 'sizes'
    const { answer, outcome, status, sentAt, firstByteAt } = passed
    await gate.chain.add({
      ...this.#entryOf(known, outcome),
      ...{ status, usage, microUsd: spent.microUsd },
      sentMs: sentAt === null ? null : Math.round(sentAt - this.#begun),
      firstByteMs: firstByteAt === null ? null : Math.round(firstByteAt - this.#begun),
      answerBytes: answer?.bytes ?? 0,
      requestSha256: isShown ? cargo.sha256 : null,
      answerSha256: isShown && answer !== null ? answer.digest() : null,
    })
    await settled
  }

  async #refuse(refusal: GatewayRefusal): Promise<void> {
    const known = this.#known
    this.#parts.figures.ended('refused')
    if (known !== null) {
      await known.gate.chain.add({
        ...this.#entryOf(known, { is: 'refused', why: refusal.code }),
        ...{ status: null, usage: null, microUsd: 0, sentMs: null, firstByteMs: null },
        ...{ answerBytes: 0, requestSha256: null, answerSha256: null },
      })
    }
    this.#answer(refusal)
  }

  #entryOf({ grant, asked, request }: Known, outcome: Outcome) {
    const { engagement, partner, organisation, person, run } = grant
    return {
      ...{ engagement, ...(partner !== null && { partner }) },
      ...{ organisation, person, run, request, asked: asked.operation.path, outcome },
      receivedAt: this.#receivedAt.toISOString(),
      endedMs: Math.round(this.#parts.clock.elapsed() - this.#begun),
      requestBytes: this.#requestBytes,
    }
  }

  #answer(refusal: GatewayRefusal): void {
    this.#parts.figures.refused(refusal.code)
    const response = this.#response
    if (response.headersSent || response.destroyed) {
      response.destroy()
      return
    }
    const { status, headers, body } = presentRefusal(refusal, mannerOfRequest(this.#request))
    // With its reason, so that none of a head that could not be said stays.
    response.writeHead(status, STATUS_CODES[status] ?? '', { ...headers })
    response.end(body)
  }
}
