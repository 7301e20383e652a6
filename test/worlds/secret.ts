import assert from 'node:assert/strict'
import type { Client } from 'pg'
import type { World } from './world.ts'

/**
 * What secret records are labelled with: each is beyond the clearance of every outsider in one way
 * of its own.
 */
const beyond = [
  { compartments: ['HERON'] },
  { tlp: 'red' },
  { classification: 'secret' },
  { releasableTo: ['org_finder03'] },
  { legal: [{ kind: 'pcii', from: '2026-01-01T00:00:00Z', until: null }] },
  { compartments: ['BASALT-2', 'HERON'], tlp: 'red', classification: 'confidential' },
] as const

export const secretLabels: readonly object[] = beyond.map((part) => ({
  ...{ classification: 'unclassified', compartments: [], embargoUntil: null, foia: [], legal: [] },
  ...{ owners: [], releasableTo: null, tlp: 'amber+strict' },
  ...part,
}))

/** Tables of which a row that intake writes gets the label of what is handed in. */
const intakeTables = ['report', 'arrival', 'bulk_import', 'live_event', 'day_count']

/**
 * Has whatever is written next labelled so, as if its sender had said it; null for as the product
 * does by itself. Done in the database, so that every way in is covered.
 */
export async function labelNext({ owner }: World, label: object | null): Promise<void> {
  await owner.query('delete from worlds.next')
  if (label === null) return
  await owner.query('insert into worlds.next select parley.label_id_for_worlds($1::jsonb)', [
    JSON.stringify(label),
  ])
}

/** Whether records carry labels at all here. */
export async function hasLabels(owner: Client): Promise<boolean> {
  const { rows } = await owner.query<{ is: boolean }>(
    "select to_regclass('parley.label') is not null as is",
  )
  return rows[0]?.is === true
}

/** Clears Cleo for everything that is secret here, and lets intake be labelled. */
export async function prepareSecrets(world: World): Promise<void> {
  const { owner } = world
  assert.ok(await hasLabels(owner), 'this instance labels nothing')
  await owner.query('select parley.set_ceiling(4::smallint)')
  await owner.query(`
    insert into parley.clearance (person_id, organisation_id, classification, tlp, compartments,
      pcii, under_embargo, changed_at)
    values ('person_cleo0001', 'org_staff001', 4, 4, '{HERON,BASALT-2}', true, true, now()),
      ('person_sable001', 'org_finder03', 4, 4, '{HERON,BASALT-2}', true, true, now())`)
  await owner.query(`
    create schema worlds;
    create table worlds.next (label_id integer);
    grant usage on schema worlds to public;
    create function parley.label_id_for_worlds(asked jsonb) returns integer
      language plpgsql security definer set search_path = parley, pg_temp as $$
    declare
      own bytea := (parley.label_of(asked)).digest;
      found_id integer;
    begin
      insert into parley.label (label) values (asked) on conflict (digest) do nothing;
      select id into found_id from parley.label where digest = own;
      return found_id;
    end $$;
    create function worlds.label_it() returns trigger
      language plpgsql security definer set search_path = parley, pg_temp as $$
    begin
      new.label_id := coalesce((select label_id from worlds.next limit 1), new.label_id);
      return new;
    end $$;`)
  world.labelLike = async (id) => {
    await owner.query('delete from worlds.next')
    await owner.query(
      'insert into worlds.next select label_id from parley.bulk_import where id = $1',
      [id],
    )
  }
  for (const table of intakeTables) {
    await owner.query(`create trigger a_world_labels_it before insert on parley.${table}
      for each row execute function worlds.label_it()`)
  }
}
