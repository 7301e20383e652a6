import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Finding } from '#formats/finding/finding.ts'
import { titleOf } from './title.ts'

const titled = (title: string, more: Partial<Finding> = {}): Finding => ({
  ...{ at: {}, title, original: null },
  ...more,
})
const id = 'CVE-2099-0001'

for (const [findings, title] of [
  [[], ''],
  [[titled('First'), titled('Second')], 'First'],
  [[titled(id, { aliases: [id] }), titled('Second')], 'Second'],
  [[titled(id, { aliases: [id] })], id],
  [[titled(id, { aliases: [id], components: [{ name: 'quillet' }] })], `${id} in quillet`],
  [[titled('Q-7', { nativeId: 'Q-7', components: [{ name: 'quillet' }] })], 'Q-7 in quillet'],
  [[titled('The &#039;fd&#039; is <code>unused</code>')], "The 'fd' is unused"],
  [[titled('The <Iframe> has no sandbox')], 'The <Iframe> has no sandbox'],
  [[titled('Written as &amp;lt;')], 'Written as &lt;'],
  [[titled('two\n lines')], 'two lines'],
  [[titled('<b></b>')], '<b></b>'],
] as const) {
  test(`${findings.map((one) => one.title).join(' + ')} is titled ${title}`, () => {
    assert.equal(titleOf(findings), title)
  })
}
