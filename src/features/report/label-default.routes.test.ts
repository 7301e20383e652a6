import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { z } from 'zod'
import { approvalRoutes } from '#features/label/approval.routes.ts'
import { commonLabel, type Label } from '#features/label/label.ts'
import { addPerson } from '#features/org/org.store.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { OrgServer } from '../../../test/http/org-server.ts'
import { labelDefaultRoutes } from './label-default.routes.ts'
import { lowerDefaultKind } from './label-default-approval.ts'

const clear: Label = { ...commonLabel, tlp: 'clear' }
const red: Label = { ...commonLabel, tlp: 'red' }
const at = 'PUT /v1/label-defaults'

describe('usual labels', () => {
  let server: OrgServer
  const cookies = new Map<string, string>()
  before(async () => {
    server = await OrgServer.open({
      further: (pool) => [
        ...labelDefaultRoutes({ pool }),
        ...approvalRoutes({ pool, kinds: [lowerDefaultKind] }),
      ],
    })
    const { organisation, now } = server
    const role = 'coordinator'
    for (const name of ['ann', 'amy']) {
      const person = { id: `person_${name}00000`, name, organisation, role } as const
      await asActor(server.database.app, systemActor, (tx) => addPerson(tx, person, now))
      cookies.set(name, await server.signIn(person.id))
    }
  })
  after(() => server[Symbol.asyncDispose]())

  const as = (who: string, call: string, body?: unknown) =>
    server.ask(call, {
      cookie: cookies.get(who) ?? assert.fail(who),
      ...(body === undefined ? {} : { body }),
    })
  const listed = async (): Promise<string> => (await as('ann', 'GET /v1/label-defaults')).text

  test('a looser one is refused to one person, and so is dropping a stricter one', async () => {
    const { organisation } = server
    for (const whose of ['instance', organisation]) {
      const told = await as('ann', `${at}/${whose}`, { label: clear })
      assert.equal(told.status, 403, told.text)
      assert.match(told.text, /label\.lower-default/)
    }
    assert.equal((await as('ann', `${at}/${organisation}`, { label: red })).status, 204)
    assert.equal((await as('ann', `${at}/${organisation}`, { label: null })).status, 403)
    assert.doesNotMatch(await listed(), /CLEAR/)
  })

  test('two people set a looser one, of which the request tells what becomes of what', async () => {
    const request = { of: 'instance', label: clear }
    const wish = { kind: 'label.lower-default', request, reason: 'Everything here is public.' }
    const told = await as('ann', 'POST /v1/approvals', wish)
    assert.equal(told.status, 201, told.text)
    const { id } = z.looseObject({ id: z.string() }).parse(JSON.parse(told.text))
    const shown = await as('amy', `GET /v1/approvals/${id}`)
    assert.match(shown.text, /is \S*TLP:AMBER\+STRICT now\..*It becomes \S*TLP:CLEAR/)
    const { digest } = z.looseObject({ digest: z.string() }).parse(JSON.parse(shown.text))
    const grant = { digest, reason: 'So it is.' }
    const alone = await as('ann', `POST /v1/approvals/${id}/grant`, grant)
    assert.match(alone.text, /own-request/)
    const granted = await as('amy', `POST /v1/approvals/${id}/grant`, grant)
    assert.equal(granted.status, 204, granted.text)
    assert.match(await listed(), /"of":"instance".*TLP:CLEAR/)
  })
})
