import { type Checkpoint, parseCheckpoint } from '#formats/tlog/checkpoint.ts'
import { isSameHash } from '#formats/tlog/hash.ts'
import {
  isSignedBy,
  type Note,
  type NoteVerifier,
  parseNote,
  verifierText,
} from '#formats/tlog/note.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import {
  type KeySpan,
  keyChangePath,
  keysPath,
  type LedgerFolder,
  parseKeys,
} from './ledger-folder.ts'
import type { LedgerProblem } from './verify.ts'

/** What an entry says of a change of the key: verifier keys, empty where they were taken away. */
export type KeyChange = { readonly index: number; readonly from: string; readonly to: string }

/**
 * The keys of a folder, of which the one that is trusted has to be one. Whether each handed over to
 * the next is for `changeProblems`.
 */
export async function keyChain(
  folder: LedgerFolder,
  trusted: NoteVerifier,
): Promise<Result<readonly KeySpan[]>> {
  const bytes = await folder.read(keysPath)
  if (bytes === null) return yes([{ first: 0, last: null, key: trusted }])
  const spans = parseKeys(bytes.toString())
  if (spans === null) {
    const why = 'is no list of the keys of one ledger, each from where the one before ends'
    return no({ code: 'malformed', why, at: keysPath })
  }
  const text = verifierText(trusted)
  if (spans.some(({ key }) => verifierText(key) === text)) return yes(spans)
  return no({ code: 'malformed', why: `does not have the key ${text}`, at: keysPath })
}

export type Noted = { readonly note: Note; readonly checkpoint: Checkpoint }

/** A checkpoint that one of the keys signed, at a size at which that key did sign. */
export function checkedNote(
  bytes: Uint8Array | null,
  spans: readonly KeySpan[],
  at: string,
): Result<Noted> {
  if (bytes === null) return no({ code: 'not-found', why: 'is missing', at })
  const note = parseNote(bytes)
  if (!note.ok) return no({ ...note.refusal, at })
  const signed = spans.filter(({ key }) => isSignedBy(note.value, key))
  const name = spans[0]?.key.name ?? ''
  if (signed.length === 0) return no({ code: 'malformed', why: `is not signed by ${name}`, at })
  const checkpoint = parseCheckpoint(note.value.text)
  if (!checkpoint.ok) return no({ ...checkpoint.refusal, at })
  const { origin, size } = checkpoint.value
  if (origin !== name) {
    return no({ code: 'malformed', why: 'is the checkpoint of another log', at })
  }
  if (signed.some(({ first, last }) => first <= size && size <= (last ?? size))) {
    return yes({ note: note.value, checkpoint: checkpoint.value })
  }
  return no({ code: 'malformed', why: `is signed by a key that did not sign ${size} entries`, at })
}

type Read = {
  readonly roots: ReadonlyMap<number, Buffer>
  readonly changes: readonly KeyChange[]
}

/**
 * Whether each key handed over to the next: a checkpoint that both signed, of a tree of this ledger
 * whose last entry names the two; and no such entry without that.
 */
export async function changeProblems(
  folder: LedgerFolder,
  spans: readonly KeySpan[],
  { roots, changes }: Read,
): Promise<LedgerProblem[]> {
  const problems: LedgerProblem[] = []
  for (const [place, next] of spans.slice(1).entries()) {
    const before = spans[place]
    if (before === undefined) continue
    const at = keyChangePath(next.first)
    const index = next.first - 1
    const why = await wrongLink(await folder.read(at), {
      before,
      next,
      root: roots.get(next.first),
    })
    if (why !== null) problems.push({ at, index, why })
    const said = changes.find((one) => one.index === index)
    const isSaid = said?.from === verifierText(before.key) && said.to === verifierText(next.key)
    if (!isSaid) {
      problems.push({
        at: keysPath,
        index,
        why: 'names a change of the key that the entry does not',
      })
    }
  }
  const known = new Set(spans.map(({ first }) => first - 1))
  for (const { index } of changes.filter((one) => !known.has(one.index))) {
    problems.push({ at: keysPath, index, why: 'does not name the change of the key of this entry' })
  }
  return problems
}

type Link = {
  readonly before: KeySpan
  readonly next: KeySpan
  readonly root: Buffer | undefined
}

function wrongLink(bytes: Buffer | null, { before, next, root }: Link): string | null {
  const [old, own] = [before, next].map((span) => checkedNote(bytes, [span], ''))
  for (const noted of [old, own]) if (!noted?.ok) return noted?.refusal.why ?? 'is missing'
  if (!old?.ok) return null
  const { size, root: signed } = old.value.checkpoint
  if (size !== next.first) return `is of ${size} entries`
  if (root !== undefined && isSameHash(root, signed)) return null
  return `is of another history: the first ${size} entries are not those that both keys signed`
}
