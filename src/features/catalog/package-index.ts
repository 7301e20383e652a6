import type { Component } from '#formats/finding/finding.ts'
import { canMeet, isVersionAffected } from './affected.ts'
import { type Identity, identityOf, type MatchKind } from './identity.ts'
import type { PublishedRecord } from './record.ts'

/** A published record that is about a package. */
export type Advisory = {
  readonly ids: readonly string[]
  readonly file: string
  readonly match: MatchKind
  /** Whether the asked version is affected; null where that cannot be known. */
  readonly isAffected: boolean | null
}

/** One component that a record says is affected. */
type Entry = {
  readonly record: PublishedRecord
  readonly affected: Component
  readonly affectedAs: Identity
}

/** Published records by the packages that they are about. */
export class PackageIndex {
  readonly #byKey = new Map<string, Entry[]>()
  #taken = 0

  /** Takes over those records of a growing list that it has not seen yet. */
  takeOver(records: readonly PublishedRecord[]): void {
    for (; this.#taken < records.length; this.#taken += 1) {
      const record = records[this.#taken]
      if (record !== undefined) this.#add(record)
    }
  }

  #add(record: PublishedRecord): void {
    for (const affected of record.components) {
      const affectedAs = identityOf(affected)
      const entry = { record, affected, affectedAs }
      for (const { key } of affectedAs.keys) appendTo(this.#byKey, key, entry)
    }
  }

  /** The records about a package; each once, judged by the surest name that it shares. */
  advisoriesFor(installed: Component): Advisory[] {
    const installedAs = identityOf(installed)
    const found = new Map<PublishedRecord, Advisory>()
    for (const { kind, key } of installedAs.keys) {
      const verdicts = new Map<PublishedRecord, (boolean | null)[]>()
      for (const { record, affected, affectedAs } of this.#byKey.get(key) ?? []) {
        const meeting = { affected, affectedAs, installed, installedAs, kind }
        if (found.has(record) || !canMeet(meeting)) continue
        appendTo(verdicts, record, isVersionAffected(meeting))
      }
      for (const [record, all] of verdicts) {
        const { ids, file } = record
        found.set(record, { ids, file, match: kind, isAffected: worstOf(all) })
      }
    }
    return [...found.values()]
  }
}

/** One affected component suffices; and one of which nothing is known leaves it open. */
const worstOf = (verdicts: readonly (boolean | null)[]): boolean | null =>
  verdicts.includes(true) ? true : verdicts.includes(null) ? null : false

/** Adds to the list of a key, beginning one where there is none. */
export function appendTo<Key, T>(lists: Map<Key, T[]>, key: Key, value: T): void {
  const found = lists.get(key)
  if (found) found.push(value)
  else lists.set(key, [value])
}
