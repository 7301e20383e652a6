import { publicId } from '#formats/advisory/identifiers.ts'
import { pattern, patternAnyCase } from '#formats/text/pattern.ts'

/** A public identifier as it stands in a text. */
export type Mention = { readonly id: string; readonly at: number; readonly end: number }

const raw = String.raw

/** The identifier forms of the databases that give numbers to flaws. */
const forms = new RegExp(
  pattern(
    raw`\b(?:CVE-(?:19|20)\d{2}-\d{4,7}|GHSA(?:-[23456789cfghjmpqrvwx]{4}){3}|OSV-20\d{2}-\d{1,6}`,
    raw`|GO-20\d{2}-\d{4}|RUSTSEC-20\d{2}-\d{4}|PYSEC-20\d{2}-\d{1,5}|MAL-20\d{2}-\d{1,6}`,
    raw`|GSD-20\d{2}-\d{4,8}|HSEC-20\d{2}-\d{4}|RSEC-20\d{2}-\d{1,4}|EUVD-20\d{2}-\d{3,7}`,
    raw`|(?:CNVD|CNNVD)-20\d{2}-\d{4,8}|BDU:20\d{2}-\d{5}|JVNDB-20\d{2}-\d{6}|JVN#?\d{8}`,
    raw`|VU#\d{5,7}|ZDI-(?:CAN-\d{4,6}|\d{2}-\d{3,4})|ZSL-20\d{2}-\d{4}|TALOS-20\d{2}-\d{4}`,
    raw`|ICSM?A-\d{2}-\d{3}-\d{2}|(?:RHSA|RHBA|ELSA)-20\d{2}:\d{4,6}|(?:DSA|DLA)-\d{3,5}-\d{1,2}`,
    raw`|USN-\d{3,5}-\d{1,2}|SNYK-[A-Z]{2,12}-[A-Z0-9]{2,80}-\d{4,9})\b`,
  ).source,
  'gi',
)

/** Every public identifier of a text in order, repetitions included. */
function mentionsIn(text: string): Mention[] {
  return [...text.matchAll(forms)].map((match) => ({
    id: publicId(match[0]),
    at: match.index,
    end: match.index + match[0].length,
  }))
}

/** Every public identifier of a text, first mention first, each once. */
export const identifiersIn = (text: string): string[] => [
  ...new Set(mentionsIn(text).map(({ id }) => id)),
]

/** Identifiers of the flaw itself, and identifiers of other flaws that a text only mentions. */
export type OwnAndRelated = { readonly own: readonly string[]; readonly related: readonly string[] }

/** How far before and behind an identifier its clause is looked at, in characters. */
const clauseMax = 120

/** Words before an identifier by which it belongs to another flaw; they outweigh all else. */
const contrastBefore = pattern(
  raw`(?:\b(?:unlike|similar(?:ly)? to|like|akin to|related to|relates to|reminiscent of`,
  raw`|analog\w+ to|different from|differs from|distinct from|not (?:the same as|a duplicate of`,
  raw`|to be confused|related|covered by|fixed by|addressed by)|compare[ds]?(?: (?:to|with))?`,
  raw`|cf\.?|see(?: also)?|bypass(?:es|ing|ed)?(?: (?:of|for|the))?`,
  raw`|regression (?:of|from|in)|regress(?:es|ed)`,
  raw`|(?:incomplete|insufficient|partial|bad|original|earlier|previous) (?:fix|patch|mitigation)`,
  raw`(?: (?:of|for|to))?|(?:fix|patch|mitigation) (?:of|for)|variants? of|follow-?up (?:to|of)`,
  raw`|re-?introduc\w+|in(?:spired| the style) by|along with|combin\w+ with|chain\w* with|e\.g\.`,
  raw`|for example|such as|including|previous(?:ly)?(?: reported)?|earlier|past|prior|other`,
  raw`|(?:duplicate|copy) of|same (?:as|root cause as|bug as|issue as)|instead of|rather than`,
  raw`|introduced (?:by|in)|caused by|after|since)\b[^.;!?\n]{0,40})$`,
)
const contrastBehind = patternAnyCase(
  raw`^[^.;!?\n]{0,20}\b(?:is (?:unrelated|different|another|similar|fixed|not)|did not|does not`,
  raw`|was (?:a similar|an earlier|fixed|incomplete)|bypass|variant|regression)\b`,
)

/** Words by which a text says that the identifier is its own. */
const ownBefore = pattern(
  raw`(?:\b(?:assigned|allocated|reserved|tracked (?:as|by|under)|identified (?:as|by)|known as`,
  raw`|designated|catalogu?ed as|registered as|received|has been given|is)(?: the)?(?: (?:cve|id|`,
  raw`identifier|number|name|following))*|(?:this|the) (?:vulnerability|issue|flaw|bug)`,
  raw`(?: (?:is|has|was))?|cve(?: |-)?(?:ids?|identifiers?|numbers?|names?)?)`,
  raw`[\s:=#*_|(\x60[]{0,6}$`,
)
const ownBehind =
  /^[\])`*_]{0,3} (?:was|has been|is|will be) (?:assigned|allocated|reserved|issued)\b/i
/** A label right before, at the start of a line: `CVE:`, `| CVE |`, `**Alias**:`. */
const ownLabel = pattern(
  raw`^[\s>*_|#-]{0,8}(?:assigned )?(?:cve(?:[- ]?(?:ids?|identifiers?|numbers?))?`,
  raw`|(?:ghsa|osv|advisory|vulnerability)(?:[- ]?ids?)?|alias(?:es)?|identifiers?|ids?`,
  raw`|also known as|aka)[\s*_\x60]{0,4}[:=|-][\s*_|\x60[]{0,6}`,
  raw`(?:[A-Za-z]{2,8}[-#:\d][\w:-]{3,40}[\s,;/&]{1,4}(?:and )?)*$`,
)

/**
 * Splits the identifiers of a report into its own and those it only mentions. An identifier is
 * own where a label, the title or a phrase says so and nothing near it says otherwise; in doubt it
 * is related, since a wrong alias joins two flaws for good.
 */
export function ownAndRelated(body: string, title: string): OwnAndRelated {
  const own = new Set<string>()
  const seen = new Set<string>()
  for (const text of [title, body]) {
    for (const mention of mentionsIn(text)) {
      seen.add(mention.id)
      const says = standingOf(text, mention)
      if (says === 'own' || (says === 'unsaid' && text === title)) own.add(mention.id)
    }
  }
  return { own: [...own], related: [...seen].filter((id) => !own.has(id)) }
}

function standingOf(text: string, { at, end }: Mention): 'own' | 'other' | 'unsaid' {
  const window = text.slice(Math.max(0, at - clauseMax), at).toLowerCase()
  const lineStart = window.lastIndexOf('\n') + 1
  const before = window.slice(lineStart)
  const behind = text.slice(end, end + clauseMax)
  if ((lineStart > 0 || at <= clauseMax) && ownLabel.test(before)) return 'own'
  const clause = before.slice(lastStop(before) + 1)
  if (contrastBefore.test(clause) || contrastBehind.test(behind)) return 'other'
  return ownBefore.test(clause) || ownBehind.test(behind) ? 'own' : 'unsaid'
}

/** Where the sentence before the end of a text stopped, or -1. */
const lastStop = (text: string): number => {
  const stops = [...text.matchAll(/[.;!?](?=\s)/g)]
  return stops.at(-1)?.index ?? -1
}
