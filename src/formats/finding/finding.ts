/**
 * The vocabulary that every decoder speaks: what one document says about one flaw, in neutral
 * terms. A field that the document does not give is absent, never an empty text.
 */
export type Finding = {
  /** Where in its document this finding stands. */
  readonly at: Place
  /** One line. Never empty: where the format has no title, the rule's name or first sentence. */
  readonly title: string
  /** Prose as written (plain text or Markdown), without the title. */
  readonly details?: string
  /** The program or method that found it. */
  readonly tool?: Tool
  /** Who claims the find: a person, laboratory or handle, as written. All are credited. */
  readonly finders?: readonly string[]
  /** The identifier that its own tool or tracker gave to this very finding. */
  readonly nativeId?: string
  /** The tool's rule, check, plugin or probe that fired. */
  readonly rule?: Rule
  readonly severity?: Severity
  /** CVSS vectors as written, any version. */
  readonly cvss?: readonly string[]
  /** A CVSS or CVSS-like base score, 0 to 10, where no vector explains it. */
  readonly score?: number
  /** CWE numbers, most specific first as far as the document says. */
  readonly cwe?: readonly number[]
  /** Public identifiers of the flaw itself (CVE, GHSA, OSV, ...), upper case where they are. */
  readonly aliases?: readonly string[]
  /** Identifiers of other flaws the document names as related, not as the same. */
  readonly related?: readonly string[]
  /** What is affected. */
  readonly components?: readonly Component[]
  /** Places in source code, most important first. */
  readonly locations?: readonly Location[]
  /** Web addresses, hosts or routes at which the flaw shows (dynamic scanners). */
  readonly endpoints?: readonly string[]
  /** Code symbols that the document names as affected: functions, classes, methods. */
  readonly symbols?: readonly string[]
  readonly crash?: Crash
  /** Steps, inputs or code with which the flaw can be shown. */
  readonly proofs?: readonly Proof[]
  readonly references?: readonly string[]
  /** What the document advises: upgrade, patch, workaround. */
  readonly fix?: string
  /** Commits that fix the flaw: full addresses or hashes. */
  readonly fixCommits?: readonly string[]
  /** ISO 8601, as precise as given. */
  readonly published?: string
  /** The tool's own stable fingerprints of this result, by name. */
  readonly fingerprints?: Readonly<Record<string, string>>
  /** Whether the document itself takes the finding back, and why. Absent means open. */
  readonly standing?: Standing
  /** SSVC decision points given by the document, e.g. `{Exploitation: 'active'}`. */
  readonly ssvc?: Readonly<Record<string, string>>
  /** Probability of exploitation in 30 days, 0 to 1 (EPSS). */
  readonly epss?: number
  /** The document says that this flaw is being exploited. */
  readonly exploited?: boolean
  /** The original value or text of this one finding, whole: unknown members included. */
  readonly original: unknown
}

/** A JSON pointer (RFC 6901) or a one-based line; both where both are known. */
export type Place = { readonly pointer?: string; readonly line?: number }

export type Tool = { readonly name: string; readonly version?: string }

export type Rule = { readonly id: string; readonly name?: string }

/** Five words shared by all formats; `info` covers note, none and unknown severities. */
export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'info'

export type Component = {
  readonly name: string
  readonly vendor?: string
  /** The ecosystem as the document names it: `npm`, `PyPI`, `Debian:12`, ... */
  readonly ecosystem?: string
  readonly purl?: string
  /** CPE 2.2 or 2.3 names as written. */
  readonly cpes?: readonly string[]
  /** The version found installed or tested. */
  readonly version?: string
  readonly ranges?: readonly VersionRange[]
  /** Versions named one by one as affected. */
  readonly versions?: readonly string[]
}

/** One affected interval. `introduced` is included, `fixed` excluded, `lastAffected` included. */
export type VersionRange = {
  readonly introduced?: string
  readonly fixed?: string
  readonly lastAffected?: string
}

export type Location = {
  /** Path as written, with forward slashes. */
  readonly file: string
  readonly line?: number
  readonly endLine?: number
  /** One-based column in which it begins. */
  readonly column?: number
  readonly function?: string
  readonly snippet?: string
  /** Absent means the place of the flaw itself. */
  readonly role?: 'flow' | 'related'
}

/** A crash as sanitizers, debuggers and runtimes print it. */
export type Crash = {
  /** E.g. `heap-buffer-overflow`, `SEGV`, `NullPointerException`. */
  readonly kind: string
  readonly access?: 'read' | 'write'
  readonly sizeBytes?: number
  readonly address?: string
  /** What the program itself printed: an assertion, a panic's or an exception's text. */
  readonly message?: string
  /** Innermost first. */
  readonly frames: readonly Frame[]
}

export type Frame = {
  readonly function: string
  readonly file?: string
  readonly line?: number
}

export type Proof = { readonly language?: string; readonly text: string }

export type Standing = {
  readonly is: 'suppressed' | 'false-positive' | 'not-affected' | 'fixed' | 'accepted'
  readonly why?: string
}
