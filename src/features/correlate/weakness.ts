import { stemOf } from './words.ts'

/**
 * Root-cause and impact classes, each with the phrases by which reports name it and the CWE
 * numbers that mean it. Written from the vocabulary of CWE 4 and of audit reports.
 */
const classes: Readonly<Record<string, { phrases: readonly string[]; cwe: readonly number[] }>> = {
  overflow: {
    phrases: [
      'buffer overflow|heap overflow|stack overflow|out of bounds write',
      'memory corruption|heap based buffer|stack based buffer|oob write',
      'buffer overrun|global buffer overflow',
    ],
    cwe: [119, 120, 121, 122, 787, 788, 805, 806],
  },
  overread: {
    phrases: [
      'out of bounds read|buffer over read|overread|oob read',
      'out of bounds access|heap read',
    ],
    cwe: [125, 126, 127],
  },
  useAfterFree: {
    phrases: ['use after free|double free|dangling pointer|uaf|expired pointer', 'freed memory'],
    cwe: [415, 416, 825],
  },
  nullPointer: {
    phrases: ['null pointer|nil pointer|null dereference|nil dereference|nullptr'],
    cwe: [476, 690],
  },
  integer: {
    phrases: [
      'integer overflow|integer underflow|integer wraparound|signedness',
      'truncation|arithmetic overflow|underflow|unsafe cast|downcast',
    ],
    cwe: [190, 191, 680, 681, 192, 194, 195, 196, 197],
  },
  uninitialised: {
    phrases: ['uninitialized|uninitialised|not initialized'],
    cwe: [457, 908, 909, 824, 665],
  },
  typeConfusion: { phrases: ['type confusion|incorrect type'], cwe: [843, 704] },
  race: { phrases: ['race condition|toctou|data race|time of check'], cwe: [362, 366, 367] },
  exhaustion: {
    phrases: [
      'denial of service|resource exhaustion|memory exhaustion|excessive memory',
      'cpu consumption|resource consumption|infinite loop|dos|hang',
      'stack exhaustion|unbounded|memory leak|allocation of resources|gas limit',
      'out of gas|uncontrolled recursion|grief|griefing',
    ],
    cwe: [400, 770, 835, 674, 834, 401, 789, 772, 404, 405],
  },
  redos: {
    phrases: ['regular expression|redos|catastrophic backtracking|regex'],
    cwe: [1333, 185, 186],
  },
  crash: {
    phrases: ['crash|panic|assertion failure|reachable assertion|segfault|abort'],
    cwe: [617, 248, 755, 754],
  },
  xss: {
    phrases: ['cross site scripting|xss|script injection|html injection|web script'],
    cwe: [79, 80, 83, 87, 116],
  },
  csrf: { phrases: ['cross site request forgery|csrf|xsrf'], cwe: [352] },
  ssrf: { phrases: ['server side request forgery|ssrf'], cwe: [918] },
  sqlInjection: { phrases: ['sql injection|sqli|sql command'], cwe: [89, 564, 943] },
  commandInjection: {
    phrases: ['command injection|os command|shell command|shell injection', 'argument injection'],
    cwe: [77, 78, 88],
  },
  codeInjection: {
    phrases: [
      'code injection|code execution|rce|arbitrary code|eval injection',
      'template injection|ssti|prompt injection',
    ],
    cwe: [94, 95, 96, 1336, 74, 913],
  },
  deserialization: {
    phrases: [
      'deserialization|deserialisation|unserialize|untrusted data|pickle',
      'object injection',
    ],
    cwe: [502],
  },
  prototype: { phrases: ['prototype pollution'], cwe: [1321] },
  traversal: {
    phrases: [
      'path traversal|directory traversal|file inclusion|lfi|dot dot|zip slip',
      'arbitrary file|pathname restricted',
    ],
    cwe: [22, 23, 24, 29, 35, 36, 73, 98],
  },
  link: { phrases: ['symlink|symbolic link|link following|hard link'], cwe: [59, 61] },
  upload: { phrases: ['file upload|unrestricted upload|dangerous type'], cwe: [434] },
  xxe: {
    phrases: ['xml external entity|xxe|external entity|entity expansion'],
    cwe: [611, 776, 91],
  },
  redirect: { phrases: ['open redirect|url redirection'], cwe: [601] },
  smuggling: {
    phrases: [
      'request smuggling|response splitting|crlf injection|header injection',
      'request splitting',
    ],
    cwe: [444, 113, 93],
  },
  authentication: {
    phrases: [
      'authentication bypass|improper authentication|missing authentication',
      'unauthenticated access|brute force|login bypass',
    ],
    cwe: [287, 288, 290, 294, 303, 305, 306, 307, 308],
  },
  authorization: {
    phrases: [
      'improper authorization|missing authorization|access control',
      'privilege escalation|permission check|improper privilege|idor',
      'insecure direct|permission|unauthorized|elevation of privilege',
      'missing check|access restriction',
    ],
    cwe: [284, 285, 639, 862, 863, 269, 266, 264, 276, 732, 250],
  },
  session: {
    phrases: ['session fixation|session hijack|session expiration|session token'],
    cwe: [384, 613],
  },
  credentials: {
    phrases: [
      'hard coded|hardcoded|default password|plaintext password|cleartext',
      'weak password|credential',
    ],
    cwe: [798, 259, 256, 312, 319, 521, 522, 311],
  },
  disclosure: {
    phrases: [
      'information disclosure|information exposure|sensitive information',
      'information leak|sensitive data|disclosure|leak',
    ],
    cwe: [200, 201, 203, 209, 212, 532, 538, 359, 668],
  },
  crypto: {
    phrases: [
      'weak encryption|cryptographic|insufficient entropy|predictable',
      'random number|weak hash|timing attack|side channel|nonce reuse',
      'padding oracle',
    ],
    cwe: [310, 326, 327, 328, 330, 331, 338, 340, 208, 385, 916],
  },
  signature: {
    phrases: [
      'signature verification|signature forgery|signature malleability',
      'signature replay|replay attack|jwt|ecrecover|permit',
    ],
    cwe: [347, 345, 346, 354, 294],
  },
  certificate: {
    phrases: ['certificate validation|hostname verification|tls verification', 'ssl certificate'],
    cwe: [295, 297, 296],
  },
  validation: {
    phrases: [
      'input validation|improper validation|improper neutralization',
      'insufficient validation',
    ],
    cwe: [20, 1284, 1286, 1287, 1288],
  },
  spoofing: { phrases: ['spoof|clickjack|ui redress|user interface'], cwe: [451, 1021, 357] },
  malicious: {
    phrases: ['malicious code|malware|backdoor|typosquat'],
    cwe: [506, 507, 829, 427, 426, 428],
  },
  reentrancy: { phrases: ['reentrancy|reentrant|re entrancy|reenter'], cwe: [841] },
  oracle: {
    phrases: [
      'stale price|price oracle|oracle manipulation|chainlink|latestrounddata',
      'twap|price feed|sequencer',
    ],
    cwe: [],
  },
  slippage: {
    phrases: ['slippage|sandwich|front run|frontrun|mev|deadline|minimum amount'],
    cwe: [],
  },
  rounding: {
    phrases: ['rounding|precision loss|round down|round up|division before|decimals', 'truncate'],
    cwe: [682, 1339],
  },
  inflation: { phrases: ['inflation attack|first depositor|share price|donation'], cwe: [] },
  accounting: {
    phrases: [
      'incorrect calculation|miscalculat|wrong amount|incorrect amount',
      'double count|accounting',
    ],
    cwe: [],
  },
  transfer: {
    phrases: [
      'fee on transfer|safetransfer|return value|unchecked return|erc20',
      'approve race|rebasing|weird token',
    ],
    cwe: [252, 253, 273],
  },
  liquidation: { phrases: ['liquidation|liquidate|bad debt|collateral'], cwe: [] },
  stuck: { phrases: ['stuck funds|locked funds|funds lost|permanently locked|frozen'], cwe: [] },
  pause: { phrases: ['pause|unpause|blacklist|blocklist'], cwe: [] },
}

const names: readonly string[] = Object.keys(classes)

const byPhrase = new Map<string, number>()
const byCwe = new Map<number, number>()
for (const [index, name] of names.entries()) {
  for (const phrase of classes[name]?.phrases.join('|').split('|') ?? []) {
    byPhrase.set(phrase.split(' ').map(looseStem).filter(Boolean).join(' '), index)
  }
  for (const cwe of classes[name]?.cwe ?? []) if (!byCwe.has(cwe)) byCwe.set(cwe, index)
}

/** Phrases keep stop words such as "use" and "after", which mean nothing elsewhere. */
function looseStem(word: string): string {
  return stemOf(word) || word
}

/** Class numbers run from 0. */
export const className = (number: number): string => names[number] ?? ''

/** The class that a CWE number means, or -1. */
export const classOfCwe = (cwe: number): number => byCwe.get(cwe) ?? -1

/** The classes that a sequence of lower-case words names, in ascending order, without repeats. */
export function classesIn(words: readonly string[]): number[] {
  const found = new Set<number>()
  const stems = words.map(looseStem)
  for (let at = 0; at < stems.length; at++) {
    let phrase = ''
    for (let length = 1; length <= 4 && at + length <= stems.length; length++) {
      phrase = length === 1 ? (stems[at] ?? '') : `${phrase} ${stems[at + length - 1]}`
      const hit = byPhrase.get(phrase)
      if (hit !== undefined) found.add(hit)
    }
  }
  return [...found].sort((a, b) => a - b)
}
