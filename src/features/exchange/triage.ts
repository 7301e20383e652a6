import type { CaseSeverity } from '#features/case/severity.ts'
import type { Component, Finding } from '#formats/finding/finding.ts'

/**
 * What `parley triage` found, as `--json` writes it and as the table, CSV, SARIF and HTML outputs
 * read it. Everything is in its final order; equal input gives an equal document.
 */
export type Triage = {
  readonly parley: string
  /** Ranked, most urgent first. */
  readonly cases: readonly TriagedCase[]
  /** Pairs of cases that may be one vulnerability: for a person to decide. Most likely first. */
  readonly suggestions: readonly Suggestion[]
  /** Everything that was read, by name of the file. */
  readonly files: readonly FileRead[]
  /** Findings that the baseline already holds, or that their own document takes back. */
  readonly setAside: readonly SetAside[]
  readonly counts: {
    readonly files: number
    readonly reports: number
    readonly cases: number
    readonly merged: number
    readonly suggestions: number
    readonly setAside: number
    readonly problems: number
  }
}

export type TriagedCase = {
  /** `case_` and a digest of its reports: the same reports give the same id. */
  readonly id: string
  /** One-based place in the queue. */
  readonly rank: number
  readonly title: string
  /** The gravest word of the reports, of their scores or of their crashes. */
  readonly severity: CaseSeverity
  readonly decision: Decision
  /** E0 claim, E1 located, E2 artifacts attached; higher levels need a sandbox. */
  readonly evidence: 'E0' | 'E1' | 'E2'
  /** The reports, best evidenced first: the first is the face of the case. */
  readonly reports: readonly TriagedReport[]
  /** Everyone who reported it, with their reports. */
  readonly finders: readonly { readonly name: string; readonly reports: readonly string[] }[]
  /** Why each report after the first is here. */
  readonly merges: readonly Merge[]
  readonly relations: readonly Relation[]
  readonly aliases: readonly string[]
  readonly cwe: readonly { readonly id: number; readonly name: string }[]
  readonly components: readonly Component[]
  readonly known: {
    readonly isPublic: boolean
    readonly isExploited: boolean
    readonly epss?: number
    readonly because: readonly string[]
  }
  /** Set when `--sbom` names a component that this case touches. */
  readonly inventory?: { readonly component: string; readonly because: string }
}

export type Decision = {
  /** SSVC deployer outcome: `immediate`, `out-of-cycle`, `scheduled`, `defer`. */
  readonly deployer: string
  /** CISA coordinator outcome: `Act`, `Attend`, `Track*`, `Track`. */
  readonly coordinator: string
  /** BOD 26-04: the row and the deadline. */
  readonly directive: { readonly row: number; readonly deadline: string }
  /** Every input, where it came from and which were defaults. */
  readonly inputs: readonly {
    readonly name: string
    readonly value: string
    readonly from: 'given' | 'derived' | 'default'
    readonly because: string
  }[]
  /** The rules applied, as their publishers name them. */
  readonly rules: readonly string[]
  /** One sentence: why this case stands above the next one; absent for the last. */
  readonly aboveNext?: string
}

export type TriagedReport = {
  readonly id: string
  readonly file: string
  readonly format: string
  /** JSON pointer or line inside the file. */
  readonly at: string
  readonly finders: readonly string[]
  readonly finding: Finding
}

/** A reason that a person can check in five seconds, with the texts to look for in both. */
export type Reason = {
  readonly says: string
  /** Texts to highlight in the two reports, as they stand there. */
  readonly marks: readonly string[]
  /** False for evidence against. */
  readonly supports: boolean
}

export type Merge = {
  readonly report: string
  readonly with: string
  /** Calibrated, 0 to 1. */
  readonly probability: number
  readonly because: readonly Reason[]
}

export type Suggestion = {
  readonly cases: readonly [string, string]
  readonly reports: readonly [string, string]
  readonly probability: number
  readonly because: readonly Reason[]
}

export type Relation = {
  readonly kind: 'same-root' | 'same-fix' | 'regression-of' | 'already-public'
  /** A case, or a public identifier. */
  readonly with: string
  readonly because: string
}

export type FileRead = {
  readonly name: string
  readonly sha256: string
  readonly format: string | null
  readonly findings: number
  readonly problems: readonly {
    readonly code: string
    readonly why: string
    readonly at?: string
    readonly hint?: string
    readonly lost: boolean
  }[]
}

export type SetAside = {
  readonly report: TriagedReport
  readonly why: string
}
