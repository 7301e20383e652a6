import type { Client } from 'pg'

type Line = { readonly text: string }

const ofParley = "n.nspname = 'parley'"

/** Each part of the schema in an order of its own names, never in that of its making. */
const parts: readonly (readonly [title: string, query: string])[] = [
  [
    'Extensions',
    `select format('extension %s in %s', e.extname, n.nspname) as text
     from pg_extension e join pg_namespace n on n.oid = e.extnamespace
     where ${ofParley} order by 1`,
  ],
  [
    'Tables',
    `select format(E'table %s%s%s (\\n%s\\n)', c.relname,
       case when c.relrowsecurity then ' secured' else '' end,
       case when c.relforcerowsecurity then ' forced' else '' end,
       string_agg(format('  %s %s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
         case when a.attnotnull then ' not null' else '' end,
         case a.attidentity when 'a' then ' identity always' when 'd' then ' identity'
           else coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') end),
         E'\\n' order by a.attnum)) as text
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
     where ${ofParley} and c.relkind in ('r', 'p')
     group by c.oid, c.relname, c.relrowsecurity, c.relforcerowsecurity order by c.relname`,
  ],
  [
    'Views',
    `select format(E'view %s as\\n%s', c.relname, pg_get_viewdef(c.oid)) as text
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where ${ofParley} and c.relkind in ('v', 'm') order by c.relname`,
  ],
  [
    'Constraints',
    // PostgreSQL 18 also lists what is not null here.
    `select format('%s: %s %s', r.relname, c.conname, pg_get_constraintdef(c.oid)) as text
     from pg_constraint c join pg_class r on r.oid = c.conrelid
     join pg_namespace n on n.oid = r.relnamespace
     where ${ofParley} and c.contype in ('p', 'u', 'f', 'c', 'x') order by 1`,
  ],
  [
    'Indexes',
    `select pg_get_indexdef(i.indexrelid) as text
     from pg_index i join pg_class c on c.oid = i.indexrelid
     join pg_namespace n on n.oid = c.relnamespace
     where ${ofParley} and not exists (
       select 1 from pg_constraint o
       where o.conindid = i.indexrelid and o.contype in ('p', 'u', 'x'))
     order by c.relname`,
  ],
  [
    'Policies',
    `select format(E'%s: %s for %s to %s%s%s', c.relname, p.polname,
       case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update'
         when 'd' then 'delete' else 'all' end,
       (select string_agg(case when role = 0 then 'public' else role::regrole::text end, ', '
         order by role::regrole::text) from unnest(p.polroles) as role),
       coalesce(E'\\n  using ' || pg_get_expr(p.polqual, p.polrelid), ''),
       coalesce(E'\\n  with check ' || pg_get_expr(p.polwithcheck, p.polrelid), '')) as text
     from pg_policy p join pg_class c on c.oid = p.polrelid
     join pg_namespace n on n.oid = c.relnamespace
     where ${ofParley} order by c.relname, p.polname`,
  ],
  [
    'Rights',
    `select format('%s: %s may %s', c.relname, a.grantee::regrole,
       string_agg(lower(a.privilege_type), ', ' order by a.privilege_type)) as text
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     cross join aclexplode(c.relacl) a
     where ${ofParley} and a.grantee <> c.relowner and a.grantee <> 0
     group by c.relname, a.grantee order by c.relname, a.grantee::regrole::text`,
  ],
  [
    'Functions',
    `select format(E'owner %s%s\\n%s', p.proowner::regrole,
       coalesce((select ', may be called by ' || string_agg(
           case when a.grantee = 0 then 'public' else a.grantee::regrole::text end, ', '
           order by a.grantee::regrole::text)
         from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
         where a.grantee <> p.proowner), ''),
       pg_get_functiondef(p.oid)) as text
     from pg_proc p join pg_namespace n on n.oid = p.pronamespace
     where ${ofParley} and p.prokind in ('f', 'p')
       and not exists (select 1 from pg_depend d where d.objid = p.oid and d.deptype = 'e')
     order by p.proname, pg_get_function_identity_arguments(p.oid)`,
  ],
  [
    'Triggers',
    `select pg_get_triggerdef(t.oid) as text
     from pg_trigger t join pg_class c on c.oid = t.tgrelid
     join pg_namespace n on n.oid = c.relnamespace
     where ${ofParley} and not t.tgisinternal order by c.relname, t.tgname`,
  ],
]

/** The schema of a migrated database as its catalogue has it: for review, not to be executed. */
export async function schemaText(client: Client): Promise<string> {
  const texts = ['-- Written by tools/schema.ts from the migrated schema; not edited by hand.']
  for (const [title, query] of parts) {
    const { rows } = await client.query<Line>(query)
    texts.push(`-- ${title}`, ...rows.map(({ text }) => text.trim()))
  }
  return `${texts.join('\n\n').replaceAll(/[ \t]+$/gm, '')}\n`
}
