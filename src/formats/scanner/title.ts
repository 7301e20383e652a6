import { titleFrom } from '#formats/advisory/prose.ts'

/** How descriptions begin that first say what the product is: `Redis is an open source ...`. */
const introduction = /^[`\w.@/: -]{1,60}? (?:is|are) (?:an?|the) /
const stop = /[.!?]\s+(?=["'`(\p{Lu}\d])/u

/** A title for the description of a flaw: its first sentence that is not about the product. */
export function flawTitle(details: string | undefined): string | undefined {
  const title = titleFrom(details)
  if (title === undefined || details === undefined || !introduction.test(title)) return title
  const head = details.slice(0, 4_000)
  const end = head.search(stop)
  return end < 0 ? title : (titleFrom(head.slice(end + 1)) ?? title)
}
