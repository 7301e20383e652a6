/**
 * CWE numbers of weaknesses by the names that HackerOne gives them, for exports that carry the
 * name only; those whose name says it without doubt. Its taxonomy is CWE with names of its own.
 */
const numbers: Readonly<Record<string, number>> = {
  'business logic errors': 840,
  'classic buffer overflow': 120,
  'cleartext storage of sensitive information': 312,
  'cleartext transmission of sensitive information': 319,
  'code injection': 94,
  'command injection - generic': 77,
  'crlf injection': 93,
  'cross-site request forgery (csrf)': 352,
  'cross-site scripting (xss) - dom': 79,
  'cross-site scripting (xss) - generic': 79,
  'cross-site scripting (xss) - reflected': 79,
  'cross-site scripting (xss) - stored': 79,
  'denial of service': 400,
  'deserialization of untrusted data': 502,
  'double free': 415,
  'heap overflow': 122,
  'http request smuggling': 444,
  'improper access control - generic': 284,
  'improper authentication - generic': 287,
  'improper authorization': 285,
  'improper certificate validation': 295,
  'improper input validation': 20,
  'information disclosure': 200,
  'information exposure through an error message': 209,
  'insecure direct object reference (idor)': 639,
  'insufficient session expiration': 613,
  'insufficiently protected credentials': 522,
  'integer overflow': 190,
  'memory corruption - generic': 119,
  'missing authorization': 862,
  'null pointer dereference': 476,
  'off-by-one error': 193,
  'open redirect': 601,
  'os command injection': 78,
  'out-of-bounds read': 125,
  'path traversal': 22,
  'server-side request forgery (ssrf)': 918,
  'session fixation': 384,
  'sql injection': 89,
  'stack overflow': 121,
  'type confusion': 843,
  'uncontrolled resource consumption': 400,
  'unrestricted upload of file with dangerous type': 434,
  'use after free': 416,
  'use of hard-coded credentials': 798,
  'xml external entities (xxe)': 611,
}

export function weaknessNamed(name: string | undefined): number | undefined {
  const key = name?.trim().toLowerCase() ?? ''
  return Object.hasOwn(numbers, key) ? numbers[key] : undefined
}
