import { declarationOf, packOf, sealedFiles, tarOfFiles } from '../engagement/evaluation-world.ts'
import { endpointWish } from '../engagement/gateway-desk-world.ts'
import type { Who } from './cast.ts'
import type { Step } from './history.ts'
import { jsonOf, type World } from './world.ts'

/** Who speaks for the sides of an engagement. */
export type Sides = { readonly id: string; readonly developer: Who; readonly evaluator: Who }

/** Sealed once: the same bytes are handed in to both worlds. */
const sealed = sealedFiles().then(tarOfFiles)

/** The evaluator commits to a pack, hands it in and declares it, and the developer agrees. */
export async function declare(world: World, step: Step, of: Sides): Promise<void> {
  const { picks, text } = step
  const { document } = packOf(`${text.trim()} ${step.isSecret} ${picks[2]}`)
  const { evaluator, developer, id } = of
  const body = document
  const made = jsonOf(await world.ask(evaluator, { method: 'POST', path: '/v1/packs', body }))
  const pack = `/v1/packs/${idOf(made)}`
  await world.ask(evaluator, {
    ...{ method: 'PUT', path: `${pack}/sealed`, body: await sealed },
    headers: { 'content-type': 'application/x-tar' },
  })
  await world.ask(evaluator, { method: 'POST', path: `${pack}/publication` })
  const path = `/v1/engagements/${id}/declarations`
  await world.ask(evaluator, { method: 'POST', path, body: declarationOf(document.root) })
  if (picks[0] % 4 === 1) return
  const [latest] = await latestOf(world, id)
  const agreement = `${path}/${latest?.digest}/agreement`
  await world.ask(developer, { method: 'POST', path: agreement })
}

type Declared = { readonly digest: string; readonly pack: string }

async function latestOf({ owner }: World, of: string): Promise<readonly Declared[]> {
  const { rows } = await owner.query<Declared>(
    `select d.digest, p.id as pack from parley.declaration d join parley.pack p on p.no = d.pack_no
     where d.engagement_id = $1 order by d.no desc limit 1`,
    [of],
  )
  return rows
}

/** The evaluator begins a run, and says what the model showed, also of one that is not there. */
export async function run(world: World, { picks }: Step, of: Sides): Promise<void> {
  const { evaluator, developer, id } = of
  const [latest] = await latestOf(world, id)
  if (latest === undefined) return
  const { digest: declaration, pack } = latest
  const body = { declaration, pack, seed: `${picks[0]}`, roles: { target: 'larch' } }
  const path = `/v1/engagements/${id}/runs`
  const begun = idOf(jsonOf(await world.ask(evaluator, { method: 'POST', path, body })))
  const at = `/v1/runs/${begun}`
  const text = { text: 'Mine' }
  await world.ask(developer, { method: 'POST', path: `${at}/response`, body: text })
  const note = { kind: 'note', ...text }
  await world.ask(evaluator, { method: 'POST', path: `${at}/reviews`, body: note })
  if (picks[1] % 2 === 0) await world.ask(evaluator, { method: 'POST', path: `${at}/closing` })
}

/** What the endpoint of a secret engagement may see: everything. */
const clearance = {
  ...{ classification: 'secret', tlp: 'red', compartments: ['BASALT-2', 'HERON'] },
}

/** The developer says where the model answers, and the evaluator asks for a token. */
export async function gateway(world: World, { isSecret, picks }: Step, of: Sides): Promise<void> {
  const path = `/v1/engagements/${of.id}`
  const wish = {
    method: 'PUT',
    path: `${path}/endpoint`,
    body: endpointWish(undefined, isSecret ? { clearance } : {}),
  }
  await world.ask(of.developer, wish)
  const body = { run: `run_${picks[2]}`, minutes: 60 }
  await world.ask(of.evaluator, { method: 'POST', path: `${path}/tokens`, body })
}

/** The root of the pack that was declared last; of none where nothing was. */
export async function declaredRoot({ owner }: World, of: string): Promise<string> {
  const { rows } = await owner.query<{ root: string }>(
    `select p.root from parley.declaration d join parley.pack p on p.no = d.pack_no
     where d.engagement_id = $1 order by d.no desc limit 1`,
    [of],
  )
  return rows[0]?.root ?? '0'.repeat(64)
}

export const idOf = (body: unknown): string =>
  typeof body === 'object' && body !== null && 'id' in body ? `${body.id}` : 'none'
