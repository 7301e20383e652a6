import assert from 'node:assert/strict'
import { gatewayKeysOf } from '#features/engagement/gateway/endpoint.store.ts'
import { gateRoutes } from '#features/engagement/gateway/gate.routes.ts'
import { TokenMadeWire } from '#features/engagement/gateway/gateway.wire.ts'
import { PartnerWire } from '#features/engagement/partner.wire.ts'
import type { Keys } from '#platform/crypto/keys.ts'
import { DeskWorld, personOf, type Who } from './desk-world.ts'

export const dayMs = 86_400_000
export const credentialText = 'sk-developer/only+0123456789=abcdef'

export const endpointWish = (base = 'https://models.example.org/preview', more: object = {}) => ({
  ...{ base, models: ['larch-4'], mayList: false },
  credential: { header: 'authorization', scheme: 'Bearer', value: credentialText },
  most: { input: 200_000, output: 64_000 },
  price: { inputMicroUsd: 3_000_000, outputMicroUsd: 15_000_000 },
  ...more,
})

export type Partnered = { readonly id: string; readonly engagement: string }

/** The desk with the routes about gateways, and what tests of them do all the time. */
export class GatewayDeskWorld {
  readonly desk: DeskWorld
  readonly rootKeys: Keys

  constructor(desk: DeskWorld, rootKeys: Keys) {
    this.desk = desk
    this.rootKeys = rootKeys
  }

  static async open(): Promise<GatewayDeskWorld> {
    const seen: Keys[] = []
    const desk = await DeskWorld.open((parts, keys) => {
      seen.push(keys)
      const own = {
        ...{ ...parts, gatewayKeys: gatewayKeysOf(keys), reach: { allowHosts: ['127.0.0.1'] } },
        gatewayUrl: 'https://gateway.example.org',
      }
      return gateRoutes(own)
    })
    const [keys] = seen
    assert.ok(keys)
    return new GatewayDeskWorld(desk, keys)
  }

  ask(who: Who, call: string, body?: unknown) {
    return this.desk.as(who, call, body === undefined ? {} : { body })
  }

  /** An engagement whose window is open, with an endpoint. */
  async opened(base?: string, people = [personOf('eve')]): Promise<string> {
    const id = await this.desk.agreed(people)
    this.desk.server.pass(6 * dayMs)
    await this.put(id, endpointWish(base))
    return id
  }

  async put(id: string, wish: unknown, root = 'engagements'): Promise<void> {
    const told = await this.ask('dora', `PUT /v1/${root}/${id}/endpoint`, wish)
    assert.equal(told.status, 200, told.text)
  }

  /** A trusted partner of such an engagement, whose endpoint is there and who has started. */
  async partner(more: object = {}, isStarted = true): Promise<Partnered> {
    const engagement = await this.opened()
    const endsAt = new Date(this.desk.server.now.getTime() + 60 * dayMs).toISOString()
    const wish = { organisation: 'Grid', tier: 'defence', users: [personOf('pat')], endsAt }
    const path = `POST /v1/engagements/${engagement}/partners`
    const told = await this.ask('dora', path, { ...wish, ...more })
    assert.equal(told.status, 201, told.text)
    const { id } = PartnerWire.parse(JSON.parse(told.text))
    await this.put(id, endpointWish(), 'partners')
    if (isStarted) await this.sayOfPartner(id, { kind: 'start' })
    return { id, engagement }
  }

  async sayOfPartner(id: string, act: unknown): Promise<void> {
    const told = await this.ask('dora', `POST /v1/partners/${id}/acts`, act)
    assert.equal(told.status, 200, told.text)
  }

  /** What a partner's person is given. */
  async partnerToken(id: string, wish: object = {}, who: Who = 'pat') {
    const told = await this.ask(who, `POST /v1/partners/${id}/tokens`, { run: 'work', ...wish })
    assert.equal(told.status, 201, told.text)
    return TokenMadeWire.parse(JSON.parse(told.text))
  }

  async token(id: string, wish: object = {}, who: Who = 'eve') {
    const body = { run: 'bench-1', ...wish }
    const told = await this.ask(who, `POST /v1/engagements/${id}/tokens`, body)
    assert.equal(told.status, 201, told.text)
    return TokenMadeWire.parse(JSON.parse(told.text))
  }
}
