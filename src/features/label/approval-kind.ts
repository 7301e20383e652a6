import { z } from 'zod'
import { canonicalJson, digestOf } from '#features/ledger/entry.ts'
import type { Permission } from '#features/org/role.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import type { Violation } from '#platform/http/problem.ts'
import { validate } from '#platform/http/validate.ts'
import type { ApprovalMode, Party } from './approval.ts'

/** What will happen: shown to both people word for word, and all that they agree on. */
export type Described = {
  /** What it is about, such as the id of a record. */
  readonly subject: string
  /** The cases that it names: whoever is not cleared for all of them never sees the request. */
  readonly cases: readonly string[]
  /** Plain sentences. Whoever may decide reads them: ids rather than content. */
  readonly says: readonly string[]
  /** What else must not change between asking and granting, such as digests of records. */
  readonly basis: unknown
}

/** A request as its kind takes it. */
export type KindRequest<R> = {
  readonly request: R
  readonly by: Party
  readonly now: Date
}

/** Also which approval it is, and who granted it. */
export type GrantedRequest<R> = KindRequest<R> & { readonly id: string; readonly granted: Party }

export type ApprovalKindSpec<S extends z.ZodType> = {
  /** Such as `case.export-bulk`; public and stable. */
  readonly name: string
  /** What people read, such as "Take many cases out". */
  readonly title: string
  readonly whoMayAsk: Permission
  readonly whoMayDecide: Permission
  /** Where the setting of the instance does not hold for this kind. */
  readonly mode?: ApprovalMode
  /** The request as it crosses HTTP. */
  readonly shape: S
  /**
   * What would happen now; a refusal says in a sentence why nothing can. Runs as the product itself
   * when somebody asks, whenever the request is shown, and once more before it is carried out.
   */
  readonly describe: (tx: Tx, asked: KindRequest<z.output<S>>) => Promise<Result<Described, string>>
  /** Does it, as the product itself, in the transaction of the grant; or says why it cannot. */
  readonly carryOut: (tx: Tx, granted: GrantedRequest<z.output<S>>) => Promise<Result<null, string>>
}

/** What a request comes to, for whoever shows or grants it. */
export type Reading = Described & { readonly request: string; readonly digest: string }

/**
 * Something that one person alone must not do.
 *
 * To add a kind:
 *
 * 1. Write it with `approvalKind` in the feature whose records it changes, in a file of its own
 *    (`relabel-approval.ts`). `shape` is a strictObject of the ids and values that are asked for.
 * 2. `describe` looks up what is there now and answers sentences such as "Case case_x, now
 *    confidential, becomes restricted." Whatever must still be so at the moment of the grant goes
 *    into the sentences or into `basis`: the digest of all of it is what two people agree on, and
 *    when it differs at the grant the answer is `changed` and nothing happens. It must give the
 *    same for the same records: no clock, no random order. Check here that whoever asks may see the
 *    record (`actingAs`), and answer alike for what is not there and what is not theirs.
 * 3. `carryOut` changes the records and records that in the ledger; `tx` is the product itself, and
 *    `granted.by` and `granted.granted` are the two people. A refusal undoes what it did and marks
 *    the request as failed; a throw undoes the grant too.
 * 4. Add it to the list in `src/main/service/routes.ts`; refuse the direct way in the feature's own
 *    route with the problem `needs-approval`, whose `more` names the kind.
 * 5. Take away what would get around it: the product's role should not be granted the plain update,
 *    or only the product itself by a policy.
 *
 * The inbox, the page, expiry, who may decide, the entries `approval.*` and live events need
 * nothing.
 *
 * @example
 * export const embargoKind = approvalKind({
 *   ...{ name: 'case.lift-embargo', title: 'Lift an embargo early' },
 *   ...{ whoMayAsk: 'decide', whoMayDecide: 'administer' },
 *   shape: z.strictObject({ case: z.string().max(100) }),
 *   describe: async (tx, { request }) => { ... return yes({ subject, cases, says, basis }) },
 *   carryOut: async (tx, { request, id, granted, now }) => { ... return yes(null) },
 * })
 */
export type ApprovalKind = {
  readonly name: string
  readonly title: string
  readonly whoMayAsk: Permission
  readonly whoMayDecide: Permission
  readonly mode: ApprovalMode | null
  /** What is wrong with the shape of what somebody asks for, each with its place in their body. */
  readonly wrongIn: (request: unknown) => readonly Violation[]
  /** What would happen now; null for a request of another shape, a sentence where nothing can. */
  readonly read: (tx: Tx, asked: KindRequest<unknown>) => Promise<Result<Reading, string | null>>
  readonly carryOut: (tx: Tx, granted: GrantedRequest<unknown>) => Promise<Result<null, string>>
}

/** Closes a kind over the shape of its requests, so that all kinds are of one type. */
export function approvalKind<S extends z.ZodType>(spec: ApprovalKindSpec<S>): ApprovalKind {
  const { name, shape } = spec
  return {
    ...{ name, title: spec.title, mode: spec.mode ?? null },
    ...{ whoMayAsk: spec.whoMayAsk, whoMayDecide: spec.whoMayDecide },
    wrongIn: (request) => {
      const read = validate(z.object({ request: shape }), { request }, 'body')
      return read.ok ? [] : read.refusal
    },
    read: async (tx, asked) => {
      const request = shape.safeParse(asked.request)
      if (!request.success) return no(null)
      const found = await spec.describe(tx, { ...asked, request: request.data })
      if (!found.ok) return found
      const { subject, says, basis } = found.value
      const digest = digestOf({ kind: name, request: request.data, subject, says, basis })
      return yes({ ...found.value, request: canonicalJson(request.data), digest })
    },
    carryOut: async (tx, granted) =>
      spec.carryOut(tx, { ...granted, request: shape.parse(granted.request) }),
  }
}
