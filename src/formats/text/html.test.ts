import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeEntities, isHtml, textOfHtml } from './html.ts'

test('a document is HTML by how it begins', () => {
  for (const text of ['', 'a <b>', '# <html>', '{"html": 1}', '<?xml version="1.0"?>', '<div>x']) {
    assert.ok(!isHtml(text), text)
  }
  for (const text of ['<!DOCTYPE html>', '\n<html lang="en">', '<!-- x --><body>', '<HEAD>']) {
    assert.ok(isHtml(text), text)
  }
})

test('HTML is read as Markdown that a person reads', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['', ''],
    ['a < b && c > d', 'a < b && c > d'],
    ['<p>One</p><p>two</p>', 'One\n\ntwo'],
    ['one<br>two<br/>three', 'one\ntwo\nthree'],
    ['<h2>Impact</h2><div>Bad.</div>', '## Impact\n\nBad.'],
    ['<ul><li>a<li>b</ul>', '- a\n- b'],
    ['<pre>a\n  b &lt; c</pre>after', '```\na\n  b < c\n```\nafter'],
    ['Use <code>f()</code> now', 'Use `f()` now'],
    ['<blockquote>old<br>text</blockquote>new', '> old\n> text\n\nnew'],
    ['<a href="https://a.org/x?y=1&amp;z=2">see</a>', 'see <https://a.org/x?y=1&z=2>'],
    ['<a href="https://a.org">https://a.org</a>', 'https://a.org'],
    ['<a href="javascript:alert(1)">see</a>', 'see'],
    ['<table><tr><td>a</td><td>b</td></tr></table>', 'a | b |'],
    ['x<script>alert("<p>no</p>")</script>y', 'xy'],
    ['x<style>p { color: red }</style >y', 'xy'],
    ['<script>never closed', ''],
    ['<!-- hidden -->shown', 'shown'],
    ['<head><title>T</title></head>body', 'body'],
    ['a   \n   b&nbsp;c', 'a b c'],
  ]
  for (const [html, wanted] of cases) assert.equal(textOfHtml(html), wanted, html)
})

test('references to no character stay as they are', () => {
  assert.equal(
    decodeEntities('&amp;&#65;&#x42;&nope;&#0;&#xd800;&#1114112;'),
    '&AB&nope;&#0;&#xd800;&#1114112;',
  )
})

test('no script text comes out and nothing is thrown, in linear time', () => {
  const piece = fc.constantFrom(
    '<script>',
    '</script>',
    '<p',
    '>',
    '<b>x',
    'EVIL',
    '</',
    '<!--',
    '<pre>',
  )
  fc.assert(
    fc.property(fc.array(piece), fc.array(piece), (before, after) => {
      textOfHtml([...before, ...after].join(''))
      assert.ok(
        !textOfHtml(`<script>EVIL${before.filter((one) => one !== '</script>').join('')}`).includes(
          'EVIL',
        ),
      )
    }),
  )
  for (const unit of [
    '<',
    '<a href="',
    '<!--',
    '<script>',
    '<pre>\n',
    '<blockquote>',
    '&#',
    '<p>',
    'x\n',
  ]) {
    const html = unit.repeat(Math.ceil(500_000 / unit.length))
    const start = performance.now()
    textOfHtml(html)
    assert.ok(performance.now() - start < 3000, `${unit} ${performance.now() - start}`)
  }
})
