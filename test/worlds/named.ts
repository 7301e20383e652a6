import { knowledgeOf } from '#features/correlate/knowledge.ts'
import { makeSignInLink } from '#features/org/session.store.ts'
import { doStep } from './doing.ts'
import type { Doing } from './history.ts'
import { prepareSecrets } from './secret.ts'
import { World } from './world.ts'

/** A world with a secret record of each kind that an address can name, and their ids. */
export type Named = { readonly world: World; readonly ids: ReadonlyMap<string, string> }

const everyId = `
  select 'import' as kind, id from parley.bulk_import union all
  select 'case', id from parley.vulnerability_case union all
  select 'event', id from parley.case_event union all
  select 'suggestion', id from parley.suggestion union all
  select 'note', id from parley.note union all
  select 'attachment', id from parley.attachment union all
  select 'proof', id from parley.proof union all
  select 'run', id from parley.proof_run union all
  select 'view', id from parley.saved_view union all
  select 'session', id from parley.session where person_id = 'person_cleo0001' union all
  select 'readin', id from parley.read_in union all
  select 'exclusion', id from parley.exclusion union all
  select 'approval', id from parley.approval where kind = 'case.lower-label' union all
  select 'alert', id from parley.alert union all
  select 'engagement', id from parley.engagement union all
  select 'paper', engagement_id || '/' || id from parley.engagement_document union all
  select 'determination', id from parley.determination union all
  select 'partner', id from parley.partner union all
  select 'pack', id from parley.pack union all
  select 'declared', engagement_id || '/' || digest from parley.declaration union all
  select 'trial', id from parley.evaluation_run union all
  select case when gate_id like 'partner%' then 'partner-grant' else 'grant' end,
    gate_id || '/' || id from parley.gateway_grant union all
  select 'stop', id from parley.read_stop union all
  select 'receipt', receipt from parley.report union all
  select 'token', id from parley.api_token where owner_id = 'person_cleo0001' union all
  values ('person', 'person_cleo0001'), ('org', 'org_finder03')`

export async function openNamed(): Promise<Named> {
  const knowledge = { prose: await knowledgeOf('prose'), advisory: await knowledgeOf('advisory') }
  const world = await World.open('named', knowledge)
  await prepareSecrets(world)
  const text = 'Heap overflow in parse_chunk of tinyframe'
  const secretly = (doing: Doing) =>
    doStep(
      world,
      {
        ...{ do: doing, isSecret: doing !== 'work', picks: [0, 0, 0], text },
        who: doing === 'report' || doing === 'document' ? 'sable' : 'cleo',
      },
      'labels',
    )
  for (const doing of [
    'report',
    'report',
    'document',
    'work',
    'note',
    'view',
    'title',
    'read-in',
    'exclude',
    'ask',
  ] as const) {
    await secretly(doing)
  }
  for (const doing of ['offer', 'paper', 'partner', 'occurrence', 'determine'] as const) {
    const step = { do: doing, isSecret: true, picks: [0, 3, 1], text } as const
    await doStep(world, { ...step, who: 'lark' }, 'labels')
  }
  // What is declared is declared before the window opens.
  for (const doing of ['declare', 'pass', 'gateway', 'run'] as const) {
    const step = { do: doing, isSecret: true, picks: [39, 3, 1], text } as const
    await doStep(world, { ...step, who: 'lark' }, 'labels')
  }
  await suggest(world)
  await watch(world)
  await prove(world)
  await partake(world)
  const link = await makeSignInLink(world.database.app, 'person_cleo0001', new Date(world.at.ms))
  await world.ask('nobody', { method: 'POST', path: '/v1/session', body: { link } })
  const { rows } = await world.owner.query<{ kind: string; id: string }>(everyId)
  return { world, ids: new Map(rows.map(({ kind, id }) => [kind, id])) }
}

/** What correlation would suggest of two secret reports. */
async function suggest({ owner }: World): Promise<void> {
  await owner.query(`
    insert into parley.suggestion (id, kind, report_a, report_b, probability, because, model,
      made_at, label_id)
    select 'suggestion_bbbbbbbbbbbbbbbbbbbb', 'merge', min(no), max(no), 0.7, '[]', 'test', now(),
      min(label_id) from parley.report`)
}

/** A proof of a secret report, and what running it showed. */
async function prove({ owner }: World): Promise<void> {
  await owner.query(`
    insert into parley.proof (id, report_no, organisation_id, at, title, finder, size_bytes, sha256,
      blob)
    select 'proof_bbbbbbbbbbbbbbbbbbbb', no, organisation_id, now(), 'x', 'x', 1, '\\x00', '{}'
    from parley.report order by no limit 1`)
  await owner.query(`
    insert into parley.proof_run (id, proof_no, organisation_id, state, why, priority, queued_at,
      level, attestation)
    select 'run_bbbbbbbbbbbbbbbbbbbb', no, organisation_id, 'done', 'arrived', 1, now(), 'E3', '{}'
    from parley.proof`)
}

/** A token of a partner's person, of the partner of a secret engagement. */
async function partake({ owner }: World): Promise<void> {
  await owner.query(`
    insert into parley.gateway_grant (id, digest, gate_id, organisation_id, person_id, run,
      label_id, requests, tokens, micro_usd, at_once, made_at, expires_at)
    select 'grant_bbbbbbbbbbbbbbbbbbbb', repeat('b', 64), id, 'org_gridcoop1', 'person_pat00001',
      'work', 1, 1, 1, 1, 1, now(), now() + interval '1 hour'
    from parley.partner order by no limit 1`)
}

/** What would be noticed of somebody who opens far too much. */
async function watch({ owner }: World): Promise<void> {
  await owner.query(`
    insert into parley.alert (id, kind, person_id, token_id, began_at, lasted_to, seen, usual)
    values ('alert_bbbbbbbbbbbbbbbbbbbb', 'volume', 'person_cleo0001', '', now(), now(), 90, 1)`)
  await owner.query(`
    insert into parley.read_stop (id, person_id, token_id, stopped_at)
    values ('stop_bbbbbbbbbbbbbbbbbbbb', 'person_cleo0001', '', now())`)
}
