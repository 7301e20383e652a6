/** Whether the code that a proof names is there, at the version that it names. */
export type Located =
  | { readonly is: 'there'; readonly why: string; readonly file: string }
  /** Not where it was named, but under another name or in another file. */
  | {
      readonly is: 'moved'
      readonly why: string
      readonly file: string
      readonly function: string | null
    }
  | { readonly is: 'missing'; readonly why: string }
  /** The proof names no place. */
  | { readonly is: 'not-named'; readonly why: string }
  /** The code of that version could not be looked at. */
  | { readonly is: 'unknown'; readonly why: string }

/** Code to look things up in: a folder, an archive or a commit. Paths use `/`. */
export type SourceTree = {
  /** What was looked at, in words: `commit 0123abcd`, `app-1.2.tar.gz`. */
  readonly name: string
  readonly paths: () => Promise<readonly string[]>
  /** The whole text of a file, or null where there is none or it is no text. */
  readonly read: (path: string) => Promise<string | null>
}
