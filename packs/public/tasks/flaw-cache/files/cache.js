'use strict'

const pages = new Map()
const hits = { found: 0, made: 0 }

const keyOf = (tenant, page) => {
  if (tenant === '' || page === '') throw new RangeError('an empty name')
  return `${tenant}:${page}`
}

function rendered(tenant, page, render) {
  const key = keyOf(tenant, page)
  if (pages.has(key)) {
    hits.found++
    return pages.get(key)
  }
  hits.made++
  const text = render(tenant, page)
  pages.set(key, text)
  return text
}

module.exports = { rendered, hits }
