import { type ExplainedWay, explainAccess } from '#features/label/explain.store.ts'
import { type Ground, isWhole, type Step } from '#features/label/explain.ts'
import { record } from '#features/ledger/ledger.store.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { oneLine } from '#platform/terminal/visible.ts'
import type { ExitCode } from '../exit.ts'
import { print } from '../output.ts'
import { onInstance, refuse, type ServiceOptions } from './command.ts'

/** `parley access explain PERSON RECORD`: why somebody may see a record, or not. */
export const runAccessExplain = (
  person: string,
  asked: string,
  options: ServiceOptions,
): Promise<ExitCode> =>
  onInstance(options, async ({ pool, clock }) => {
    const now = clock.now()
    const found = await explainAccess(pool, { person, record: asked, now, asker: systemActor })
    if (found === null) {
      return refuse({ code: 'not-found', why: 'there is no such person or no such record' })
    }
    const { kind, id } = found.record
    const entry = { at: now, action: 'access.explain', kind, record: id } as const
    await asActor(pool, systemActor, (tx) => record(tx, [{ ...entry, fields: { person } }]))
    const who = `${oneLine(found.person.name)} (${found.person.id})`
    print([
      `${who} ${found.may ? 'may' : 'may not'} see the ${kind} ${id}`,
      ...found.ways.flatMap(linesOf),
      ...(found.ways.length === 0 ? ['  belongs to no organisation and answers for no token'] : []),
    ])
    return found.ways.every((way) => way.may === way.database) ? 0 : 1
  })

const groundWords: Readonly<Record<Ground, string>> = {
  role: 'by the role and the label',
  own: 'as its own',
  'read-in': 'by a read-in',
}

const stepLine =
  (margin: string) =>
  ({ holds, says }: Step): string =>
    `${margin}${holds ? 'yes' : 'no '}  ${oneLine(says)}`

function linesOf({ token, role, organisation, database, may, ...way }: ExplainedWay): string[] {
  const by = token === null ? '' : ` by the token ${oneLine(token.name)}`
  const says = database ? 'yes' : 'no'
  return [
    `  as ${role} of ${oneLine(organisation.name)}${by}: ${may ? 'yes' : 'no'}`,
    ...way.steps.map(stepLine('    ')),
    ...way.grounds.flatMap(({ ground, steps }) => [
      `    ${groundWords[ground]}: ${isWhole(steps) ? 'yes' : 'no'}`,
      ...steps.map(stepLine('      ')),
    ]),
    may === database
      ? `    the database says the same: ${says}`
      : `    THE DATABASE SAYS OTHERWISE: ${says}. This is a defect; what it says counts.`,
  ]
}
