import { no, type Result, yes } from '#kernel/result.ts'

/** What a request for an approval can be in. */
export const approvalStates = [
  ...(['requested', 'granted', 'refused', 'withdrawn', 'expired', 'done', 'failed'] as const),
] as const
export type ApprovalState = (typeof approvalStates)[number]

export type ApprovalEvent = 'grant' | 'refuse' | 'withdraw' | 'expire' | 'carry-out' | 'fail'

/** What each event makes of each state; an event that is not there does not happen. */
const moves: Readonly<Record<ApprovalState, Partial<Record<ApprovalEvent, ApprovalState>>>> = {
  requested: { grant: 'granted', refuse: 'refused', withdraw: 'withdrawn', expire: 'expired' },
  granted: { 'carry-out': 'done', fail: 'failed' },
  refused: {},
  withdrawn: {},
  expired: {},
  done: {},
  failed: {},
}

export const stateAfter = (state: ApprovalState, event: ApprovalEvent): ApprovalState | null =>
  moves[state][event] ?? null

export function approvalStateOf(text: string): ApprovalState {
  const found = approvalStates.find((one) => one === text)
  if (found !== undefined) return found
  throw new TypeError(`not a state of an approval: ${text}`)
}

/** Who has to differ: two humans, or two humans who act for two organisations. */
export const approvalModes = ['two-persons', 'two-organisations'] as const
export type ApprovalMode = (typeof approvalModes)[number]

export function approvalModeOf(text: string): ApprovalMode {
  const found = approvalModes.find((one) => one === text)
  if (found !== undefined) return found
  throw new TypeError(`not a mode of approvals: ${text}`)
}

/** Why a request is not decided. Codes are public and stable. */
export const approvalRefusals = [
  ...(['own-request', 'same-human', 'account-made-by-requester'] as const),
  ...(['organisation-too-near', 'expired', 'decided', 'changed'] as const),
  ...(['lacks-permission', 'not-in-person'] as const),
] as const
export type ApprovalRefusal = (typeof approvalRefusals)[number]

/** Somebody who acts for an organisation. */
export type Party = { readonly person: string; readonly organisation: string }

/** Of a request what it is decided by. */
export type Asked = {
  readonly by: Party
  readonly mode: ApprovalMode
  /** SHA-256, hexadecimal, of what was asked and of what was said to happen. */
  readonly digest: string
  readonly requestedAt: Date
  readonly expiresAt: Date
  readonly state: ApprovalState
}

/**
 * How near the accounts of who asked and of who decides are: said to be of one human; or the hand
 * of one human may be behind both, who within the last 30 days made one of the accounts, gave it
 * its role or drew a link for it, and that account has no passkey or linked account of its own.
 */
export type Closeness = 'same human' | 'one hand' | null

/** Who decides, and what they saw. */
export type Deciding = {
  readonly by: Party
  readonly isInPerson: boolean
  readonly hasPermission: boolean
  readonly closeness: Closeness
  /** Of what the page showed. */
  readonly shownDigest: string
  /** Of what would happen now; null where it cannot happen any more. */
  readonly digestNow: string | null
  /** How approvals are given now; the stricter one of this and the request's holds. */
  readonly mode: ApprovalMode
  readonly now: Date
}

export const isOver = ({ state, expiresAt }: Pick<Asked, 'state' | 'expiresAt'>, now: Date) =>
  state === 'requested' && now.getTime() >= expiresAt.getTime()

/** A request whose time is over has expired, whether that is written down yet or not. */
export const stateNow = (asked: Pick<Asked, 'state' | 'expiresAt'>, now: Date): ApprovalState =>
  isOver(asked, now) ? 'expired' : asked.state

/** Why somebody cannot decide a request, whatever they saw of it; null where they can. */
export function whyNotDecide(
  asked: Asked,
  deciding: Pick<Deciding, 'by' | 'hasPermission' | 'isInPerson' | 'closeness' | 'mode' | 'now'>,
): ApprovalRefusal | null {
  if (!deciding.isInPerson) return 'not-in-person'
  if (asked.by.person === deciding.by.person) return 'own-request'
  if (deciding.closeness === 'same human') return 'same-human'
  if (!deciding.hasPermission) return 'lacks-permission'
  if (deciding.closeness === 'one hand') return 'account-made-by-requester'
  const isOfTwo = asked.mode === 'two-organisations' || deciding.mode === 'two-organisations'
  if (isOfTwo && asked.by.organisation === deciding.by.organisation) return 'organisation-too-near'
  return whyNotNow(asked, deciding.now)
}

function whyNotNow(asked: Asked, now: Date): ApprovalRefusal | null {
  if (stateNow(asked, now) === 'expired') return 'expired'
  return asked.state === 'requested' ? null : 'decided'
}

/** Grants or refuses a request, or says why not. */
export function decide(
  asked: Asked,
  event: 'grant' | 'refuse',
  deciding: Deciding,
): Result<ApprovalState, ApprovalRefusal> {
  const whyNot = whyNotDecide(asked, deciding)
  if (whyNot !== null) return no(whyNot)
  if (deciding.shownDigest !== asked.digest) return no('changed')
  if (event === 'grant' && deciding.digestNow !== asked.digest) return no('changed')
  return move(asked.state, event)
}

type Withdrawing = Pick<Deciding, 'by' | 'isInPerson' | 'shownDigest' | 'now'>

/** Takes a request back, which only whoever asked can. */
export function withdraw(
  asked: Asked,
  { by, isInPerson, shownDigest, now }: Withdrawing,
): Result<ApprovalState, ApprovalRefusal> {
  if (!isInPerson) return no('not-in-person')
  if (asked.by.person !== by.person) return no('lacks-permission')
  const whyNot = whyNotNow(asked, now)
  if (whyNot !== null) return no(whyNot)
  return shownDigest === asked.digest ? move(asked.state, 'withdraw') : no('changed')
}

function move(state: ApprovalState, event: ApprovalEvent): Result<ApprovalState, ApprovalRefusal> {
  const next = stateAfter(state, event)
  return next === null ? no('decided') : yes(next)
}

const hourMs = 3_600_000
export const expiryHoursMin = 1
export const expiryHoursMax = 14 * 24

/** How approvals are given on an instance that decided nothing about it. */
export const plainPolicy = { mode: 'two-persons', expiryHours: 72, exportMax: 50 } as const

/** When a request ends that is to live for so many hours; never sooner or later than bounded. */
export const expiresAtOf = (hours: number, now: Date): Date =>
  new Date(now.getTime() + Math.min(Math.max(hours, expiryHoursMin), expiryHoursMax) * hourMs)
