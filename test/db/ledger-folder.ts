import type { SealedEntry } from '#features/ledger/entry.ts'
import {
  checkpointPath,
  fieldsLine,
  fieldsPath,
  keyPath,
  type LedgerFolder,
} from '#features/ledger/ledger-folder.ts'
import { checkpointText } from '#formats/tlog/checkpoint.ts'
import { leafHash } from '#formats/tlog/hash.ts'
import { noteText, signedNote, verifierText } from '#formats/tlog/note.ts'
import {
  bundlesOf,
  edgeRoot,
  emptyEdge,
  encodeBundle,
  entriesPath,
  grown,
  tilePath,
} from '#formats/tlog/tile.ts'
import { testSigner } from './ledger.ts'

/** Files of a ledger by their paths. */
export type Files = Map<string, Buffer>

export const folderOf = (files: Files): LedgerFolder => ({
  read: async (path) => files.get(path) ?? null,
  list: async () => [...files.keys()],
})

/** A whole ledger of these entries, made by nothing that reads or writes a database. */
export function ledgerOf(entries: readonly SealedEntry[]): Files {
  const files: Files = new Map([[keyPath, Buffer.from(`${verifierText(testSigner)}\n`)]])
  const leaves = entries.map(({ leaf }) => Buffer.from(leaf))
  const { edge, tiles } = grown(emptyEdge, leaves.map(leafHash))
  for (const { level, index, hashes } of tiles) {
    files.set(tilePath({ level, index, width: hashes.length / 32 }), hashes)
  }
  for (const bundle of bundlesOf(entries.length)) {
    const from = bundle.index * 256
    files.set(entriesPath(bundle), encodeBundle(leaves.slice(from, from + bundle.width)))
    const lines = entries
      .slice(from, from + bundle.width)
      .map(({ fields }, at) => fieldsLine({ index: from + at, fields }))
    files.set(fieldsPath(bundle.index), Buffer.from(lines.join('')))
  }
  const [origin, size, root] = [testSigner.name, edge.size, edgeRoot(edge)]
  const note = signedNote(checkpointText({ origin, size, root, extensions: [] }), testSigner)
  files.set(checkpointPath, Buffer.from(noteText(note)))
  return files
}
