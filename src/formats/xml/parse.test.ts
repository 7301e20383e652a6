import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { XmlElement } from '#formats/finding/decoder.ts'
import { attributeOf, childrenOf, firstChild, textOf } from './element.ts'
import { parseXml } from './parse.ts'

const codesOf = (text: string): string[] => parseXml(text).problems.map(({ code }) => code)

/** A tree as short text: name, attributes, own text, children. */
function sketch(element: XmlElement | null): string {
  if (element === null) return 'nothing'
  const attributes = [...element.attributes].map(([name, value]) => `[${name}=${value}]`).join('')
  const text = element.text === '' ? '' : `"${element.text}"`
  return `${element.name}${attributes}${text}(${element.children.map(sketch).join(' ')})`
}

const refused: readonly [string, string, string][] = [
  ['nothing at all', '', 'malformed'],
  ['plain text', 'severity: high', 'malformed'],
  ['an internal entity', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', 'unsafe'],
  ['an external entity', '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a/>', 'unsafe'],
  ['a parameter entity', '<!DOCTYPE a [<!ENTITY % b SYSTEM "http://x/"> %b;]><a/>', 'unsafe'],
  ['a DOCTYPE that never ends', '<!DOCTYPE a [<!ENTITY b "c">', 'malformed'],
  ['an unknown declaration', '<!ELEMENT a><a/>', 'malformed'],
]

for (const [name, text, code] of refused) {
  test(`${name} gives no tree and the problem ${code}`, () => {
    const found = parseXml(text)
    assert.equal(found.root, null)
    assert.ok(found.problems.some((problem) => problem.code === code && problem.lost))
  })
}

test('a billion laughs are refused at once and without memory', () => {
  const levels = Array.from({ length: 30 }, (_, n) => {
    const inner = n === 0 ? 'ha' : `&l${n - 1};`.repeat(10)
    return `<!ENTITY l${n} "${inner}">`
  })
  assert.deepEqual(codesOf(`<!DOCTYPE a [${levels.join('')}]><a>&l29;</a>`), ['unsafe'])
})

test('nesting beyond the limit stops with its place, and what was read is kept', () => {
  const { root, problems } = parseXml(`<a>\n<ok/>${'<b>'.repeat(100_000)}`)
  assert.equal(problems[0]?.code, 'too-deep')
  assert.equal(problems[0]?.line, 2)
  assert.equal(root?.children[0]?.name, 'ok')
  assert.equal(parseXml('<a><a><a/></a></a>', { depthMax: 2 }).problems[0]?.code, 'too-deep')
  assert.deepEqual(codesOf(`${'<a>'.repeat(200)}${'</a>'.repeat(200)}`), [])
})

test('more elements than the limit stop with what was read', () => {
  const { root, problems } = parseXml(`<a>${'<b/>'.repeat(50)}</a>`, { elementsMax: 10 })
  assert.equal(problems[0]?.code, 'too-large')
  assert.equal(root?.children.length, 9)
})

const mended: readonly [string, string, string, string[]][] = [
  ['a truncated element', '<a><i>1</i><i>2', 'a(i"1"() i"2"())', ['truncated']],
  ['a truncated start tag', '<a><i>1</i><i x="', 'a(i"1"())', ['truncated']],
  ['a truncated CDATA section', '<a><i>1</i><i><![CDATA[x', 'a(i"1"() i())', ['truncated']],
  ['a missing end tag', '<a><i><b>1</i><i/></a>', 'a(i(b"1"()) i())', ['malformed']],
  ['a stray end tag', '<a><i>1</x>2</i><i/></a>', 'a(i"12"() i())', ['malformed']],
  ['stray end tags in a row', '<a></x></y><i>1</i></a>', 'a(i"1"())', ['malformed', 'malformed']],
  ['an ampersand', '<a><i x="b&c">AT&T</i><i/></a>', 'a(i[x=b&c]"AT&T"() i())', ['malformed']],
  ['a last ampersand', '<a><i>AT&T</i></a>', 'a(i"AT&T"())', ['malformed']],
  ['a spare ampersand in CDATA', '<a>\u0001<![CDATA[b&c]]></a>', 'a"\u0001b&c"()', ['malformed']],
  ['an entity of HTML', '<a>x&nbsp;y</a>', 'a"x&nbsp;y"()', ['malformed']],
  ['a NUL', '<a><i>x\u0000y</i></a>', 'a(i"x\u0000y"())', ['malformed']],
  ['half a surrogate pair before markup', '<a>x\ud800</a>', 'a"x\ufffd"()', ['encoding']],
  ['an unbound prefix', '<p:a><p:i/></p:a>', 'a(i())', ['malformed', 'malformed']],
  ['a second root', '<a/><b/>', 'a()', ['malformed']],
]

for (const [name, text, tree, codes] of mended) {
  test(`${name} costs itself only`, () => {
    const { root, problems } = parseXml(text)
    assert.equal(sketch(root), tree)
    assert.deepEqual(
      problems.map(({ code }) => code),
      codes,
    )
  })
}

test('a problem names line and column', () => {
  const [problem] = parseXml('<a>\n  <b>\n  </c>\n</b></a>').problems
  assert.equal(problem?.line, 3)
  assert.match(problem?.why ?? '', /<\/c> closes nothing that is open \(line 3, column 6\)/)
})

test('a thousand problems are counted, not listed', () => {
  const { problems } = parseXml(`<a>${'\u0001'.repeat(1000)}</a>`)
  assert.equal(problems.length, 21)
  assert.match(problems.at(-1)?.why ?? '', /980 more/)
})

test('a DOCTYPE without entities is passed over, references are resolved', () => {
  const text =
    '<?xml version="1.0"?>\n<!DOCTYPE a [<!ELEMENT a (#PCDATA)>]>\n<a>&lt;&#65;&#x42;</a>'
  assert.deepEqual(parseXml(text).problems, [])
  assert.equal(sketch(parseXml(text).root), 'a"<AB"()')
})

test('namespaces are resolved, also after a stray end tag', () => {
  const { root } = parseXml('<a xmlns="u:1" xmlns:p="u:2"><p:b/></x><p:c/><d/></a>')
  assert.deepEqual(
    root?.children.map(({ name, namespace }) => `${namespace} ${name}`),
    ['u:2 b', 'u:2 c', 'u:1 d'],
  )
})

test('the accessors answer absence for absence', () => {
  const { root } = parseXml('<a n=" 1 " e=""><b> x </b><b>y</b><c> </c></a>')
  assert.ok(root)
  assert.equal(textOf(root, 'b'), 'x')
  assert.equal(textOf(root, 'c'), undefined)
  assert.equal(textOf(firstChild(root, 'none'), 'b'), undefined)
  assert.equal(attributeOf(root, 'n'), '1')
  assert.equal(attributeOf(root, 'e'), undefined)
  assert.equal(attributeOf(undefined, 'n'), undefined)
  assert.deepEqual(
    childrenOf(root, 'b').map((child) => textOf(child)),
    ['x', 'y'],
  )
  assert.deepEqual(childrenOf(undefined, 'b'), [])
})

type Plain = { readonly name: string; readonly text: string; readonly inner: readonly Plain[] }

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const written = ({ name, text, inner }: Plain): string =>
  `<${name} t="${escaped(text).replaceAll('"', '&quot;')}">${escaped(text)}${inner
    .map(written)
    .join('')}</${name}>`

const plainText = fc
  .string({ unit: 'grapheme', maxLength: 12 })
  .map((text) => `v${text.replaceAll(/[\0-\x1f\x7f\ufffe\uffff]/g, ' ')}`)
const nodeOf = (inner: fc.Arbitrary<Plain[]>): fc.Arbitrary<Plain> =>
  fc.record({ name: fc.constantFrom('a', 'item', 'x-y', '_z'), text: plainText, inner })
const leaf = nodeOf(fc.constant([]))
const plain = nodeOf(fc.array(nodeOf(fc.array(leaf, { maxLength: 3 })), { maxLength: 3 }))

const sameTree = (element: XmlElement, { name, text, inner }: Plain): boolean =>
  element.name === name &&
  element.text === text &&
  element.attributes.get('t') === text &&
  element.children.length === inner.length &&
  inner.every((child, index) => {
    const found = element.children[index]
    return found !== undefined && sameTree(found, child)
  })

test('any tree that is written is read back without a problem', () => {
  fc.assert(
    fc.property(plain, (tree) => {
      const { root, problems } = parseXml(written(tree))
      assert.deepEqual(problems, [])
      assert.ok(root && sameTree(root, tree))
    }),
  )
})

test('wherever a document is cut, the items complete before the cut survive whole', () => {
  const items = fc.array(plain, { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(items, fc.double({ min: 0, max: 1, noNaN: true }), (trees, share) => {
      const parts = trees.map(written)
      const whole = `<root>${parts.join('')}</root>`
      const cut = Math.floor(share * (whole.length - 1))
      const { root, problems } = parseXml(whole.slice(0, cut))
      assert.ok(problems.length > 0)
      let end = '<root>'.length
      trees.forEach((tree, index) => {
        end += parts[index]?.length ?? 0
        const found = root?.children[index]
        if (end <= cut) assert.ok(found && sameTree(found, tree))
      })
    }),
  )
})

test('a stray end tag anywhere between items changes nothing', () => {
  const items = fc.array(plain, { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(items, fc.nat({ max: 4 }), (trees, place) => {
      const parts = trees.map(written)
      parts.splice(Math.min(place, parts.length), 0, '</stray>')
      const { root, problems } = parseXml(`<root>${parts.join('')}</root>`)
      assert.equal(problems.length, 1)
      assert.ok(
        trees.every((tree, n) => {
          const found = root?.children[n]
          return found !== undefined && sameTree(found, tree)
        }),
      )
    }),
  )
})

test('no text whatever makes it throw', () => {
  const shards = fc.constantFrom(
    ...['<a>', '</a>', '<a ', '="', '"', '>', '/>', '<!--', '-->', '<![CDATA[', ']]>', '&', ';'],
    ...['<?xml ', '?>', '<!DOCTYPE ', '[', ']', '\ud83d', '\udc00', '\0', '\r', '\n', 'xmlns:b'],
  )
  const soup = fc.array(fc.oneof(shards, fc.string({ unit: 'binary', maxLength: 3 })))
  fc.assert(
    fc.property(soup, (parts) => {
      const { root, problems } = parseXml(parts.join(''))
      assert.ok(root !== null || problems.length > 0)
    }),
    { numRuns: 2000 },
  )
})
