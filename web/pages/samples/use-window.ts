import { type RefObject, useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { Heights } from './heights.ts'

/** What a row is taken for until it is drawn. */
const guessPx = 40
const marginPx = 500
/** Rows come and go by so many, so that not every pixel draws anew. */
const stepRows = 4

/** The rows that are drawn, and where the first of them begins. */
type View = {
  readonly first: number
  readonly last: number
  readonly topPx: number
  readonly totalPx: number
}

type Anchor = { readonly at: number; readonly px: number } | 'end'

/**
 * The rows in sight of a long list of rows of any height. The row at the upper edge stays where it
 * is while others are measured, and the end stays the end.
 */
export function useWindow(count: number, box: RefObject<HTMLElement | null>) {
  const heights = useMemo(() => new Heights(count, guessPx), [count])
  const [view, setView] = useState<View>(() => viewOf(heights, 0, 800))
  const anchor = useRef<Anchor>({ at: 0, px: 0 })
  const setPx = useRef(0)
  const rows = useRef<HTMLOListElement>(null)
  const shown = useRef(view)
  shown.current = view

  const show = useCallback((): void => {
    const element = box.current
    if (element === null) return
    const next = viewOf(heights, element.scrollTop, element.clientHeight)
    if (!isSame(next, shown.current)) setView(next)
  }, [heights, box])

  // Rows are measured as soon as they are drawn, before anybody sees them.
  useLayoutEffect(() => {
    const element = box.current
    if (element === null || rows.current === null) return
    measure(heights, rows.current, view.first)
    const place = anchor.current
    const wantedPx =
      place === 'end' ? heights.totalPx - element.clientHeight : heights.topOf(place.at) + place.px
    if (Math.abs(wantedPx - element.scrollTop) >= 1) {
      element.scrollTop = wantedPx
      setPx.current = element.scrollTop
    }
    show()
  })

  const onScroll = (): void => {
    const px = box.current?.scrollTop ?? 0
    if (Math.abs(px - setPx.current) < 1) return
    setPx.current = px
    const at = heights.rowAt(px)
    anchor.current = { at, px: px - heights.topOf(at) }
    const { topPx, first, last } = shown.current
    const isBlank = px < topPx || px > topPx + (heights.topOf(last + 1) - heights.topOf(first))
    if (isBlank) flushSync(show)
    else show()
  }

  /** Brings a row to the upper edge; the last ones as far up as there is room. */
  const goTo = useCallback(
    (at: number): void => {
      anchor.current = at >= count - 1 ? 'end' : { at: Math.max(0, at), px: -8 }
      setView((before) => ({ ...before }))
    },
    [count],
  )
  /** Brings a row into sight, if it is not there. */
  const reveal = useCallback(
    (at: number): void => {
      const element = box.current
      if (element === null) return
      const [topPx, bottomPx] = [heights.topOf(at), heights.topOf(at + 1)]
      const isAbove = topPx < element.scrollTop
      const isBelow = bottomPx > element.scrollTop + element.clientHeight
      if (!isAbove && !isBelow) return
      const overPx = bottomPx - topPx - element.clientHeight
      anchor.current = { at, px: isAbove || overPx > 0 ? -8 : overPx + 8 }
      setView((before) => ({ ...before }))
    },
    [heights, box],
  )
  return { view, rows, onScroll, goTo, reveal }
}

function viewOf(heights: Heights, scrollPx: number, heightPx: number): View {
  const down = (at: number): number => Math.floor(at / stepRows) * stepRows
  const first = down(heights.rowAt(Math.max(0, scrollPx - marginPx)))
  const end = down(heights.rowAt(scrollPx + heightPx + marginPx)) + stepRows - 1
  const last = Math.min(heights.count - 1, end)
  return { first, last, topPx: heights.topOf(first), totalPx: heights.totalPx }
}

const isSame = (one: View, other: View): boolean =>
  one.first === other.first &&
  one.last === other.last &&
  one.topPx === other.topPx &&
  one.totalPx === other.totalPx

function measure(heights: Heights, rows: HTMLElement, first: number): void {
  let at = first
  for (const row of rows.children) {
    heights.set(at, row.getBoundingClientRect().height)
    at += 1
  }
}
