import { random } from '../tools/train/bins.ts'

/** Words, rules and places of an invented code base, enough for results that differ. */
const subjects = ['frame', 'palette', 'session', 'invoice', 'archive', 'token', 'cursor', 'packet']
const verbs = ['read', 'write', 'copy', 'merge', 'parse', 'decode', 'flush', 'resolve']
const flaws: readonly (readonly [string, number, string])[] = [
  ['heap-overflow', 122, 'copies more bytes than the buffer holds'],
  ['use-after-free', 416, 'uses memory that an earlier branch has released'],
  ['null-dereference', 476, 'follows a pointer that may be null'],
  ['path-traversal', 22, 'builds a path from a name that the client sends'],
  ['sql-injection', 89, 'puts a parameter into a statement without binding it'],
  ['xss', 79, 'writes a parameter into the page without escaping it'],
  ['integer-overflow', 190, 'multiplies two lengths without a check'],
  ['race-condition', 362, 'checks and uses a file in two steps'],
]

/**
 * A SARIF log of `count` results of one tool. With `isSame` all are copies of one result;
 * otherwise no two share a function.
 */
export function sarifOf(count: number, isSame: boolean): string {
  const next = random(5)
  const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(next() * from.length)]
  const result = (number: number): object => {
    const [rule = '', , says = ''] = pick(flaws) ?? flaws[0] ?? []
    const [verb, subject] = [pick(verbs), pick(subjects)]
    const name = `${verb}_${subject}_${number}`
    const module = `src/${subject}/${verb}_${number % 700}.c`
    return {
      ruleId: rule,
      level: number % 3 === 0 ? 'error' : 'warning',
      message: { text: `${name} ${says}; the ${subject} comes from ${verb}_input in ${module}.` },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: module },
            region: { startLine: 10 + (number % 400), snippet: { text: `${name}(${subject});` } },
          },
          logicalLocations: [{ fullyQualifiedName: name, kind: 'function' }],
        },
      ],
    }
  }
  const one = result(0)
  const results = Array.from({ length: count }, (_, number) => (isSame ? one : result(number)))
  const rules = flaws.map(([id, cwe, says]) => ({
    id,
    shortDescription: { text: `Code that ${says}` },
    properties: { tags: [`external/cwe/cwe-${cwe}`], 'security-severity': '7.5' },
  }))
  const runs = [{ tool: { driver: { name: 'bench', rules } }, results }]
  return JSON.stringify({ version: '2.1.0', runs })
}

/** Generic findings as DefectDojo takes them: prose with a component, none or all the same. */
export function genericOf(count: number, isSame: boolean): string {
  const next = random(6)
  const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(next() * from.length)]
  const finding = (number: number): object => {
    const [rule, cwe, says] = pick(flaws) ?? flaws[0] ?? []
    const [verb, subject] = [pick(verbs), pick(subjects)]
    return {
      title: `${rule} in ${verb}_${subject}_${number}`,
      description: `The function ${verb}_${subject}_${number} ${says}. Reached by ${verb}.`,
      severity: 'High',
      cwe,
      file_path: `app/${subject}/${verb}_${number % 900}.py`,
      line: 5 + (number % 300),
    }
  }
  const one = finding(0)
  const findings = Array.from({ length: count }, (_, number) => (isSame ? one : finding(number)))
  return JSON.stringify({ findings })
}
