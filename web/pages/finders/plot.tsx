import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Finder } from '../../api/types.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { useRowKeys } from '../../parts/row-keys.ts'
import { dateOf } from '../../ui/when.tsx'
import { grouped } from '../../ui/words.ts'
import { aboutPlot, judgedOf, shareWords } from './figures.ts'

const ticks = [0, 25, 50, 75, 100] as const

const columns = 'grid grid-cols-1 gap-x-4 rail:grid-cols-[minmax(0,14rem)_minmax(0,1fr)_14rem]'

/** One line a finder: the confirmed share as a dot, its interval as a line. */
export function FinderPlot({ finders }: { readonly finders: readonly Finder[] }) {
  const [pointed, setPointed] = useState<Finder | null>(null)
  const ref = useRowKeys<HTMLUListElement>('Finders')
  return (
    <figure>
      <figcaption className="max-w-[75ch] text-quiet">{aboutPlot}</figcaption>
      <p className="my-2 min-h-10 max-w-[110ch]">
        {pointed ? (
          rowWords(pointed)
        ) : (
          <span className="text-quiet">
            Point at a line, or go through them with j and k, for the whole record. It leads to the
            finder's cases.
          </span>
        )}
      </p>
      <div className={`${columns} sticky top-0 z-10 bg-ground`} aria-hidden="true">
        <span className="max-rail:hidden" />
        <svg className="h-6 w-full overflow-visible text-quiet" aria-hidden="true">
          {ticks.map((tick) => (
            <text
              key={tick}
              x={`${tick}%`}
              y="16"
              textAnchor={tick === 0 ? 'start' : tick === 100 ? 'end' : 'middle'}
              fill="currentColor"
              className="text-small"
            >
              {tick} %
            </text>
          ))}
        </svg>
        <span className="text-quiet max-rail:hidden">confirmed of judged</span>
      </div>
      <ul ref={ref}>
        {finders.map((finder) => (
          <li key={`${finder.organisation} ${finder.name}`}>
            <Link
              to="/queue"
              search={{ finder: finder.name }}
              data-row
              onPointerEnter={() => setPointed(finder)}
              onFocus={() => setPointed(finder)}
              className={`${columns} -outline-offset-2 hover:bg-hover max-rail:border-t max-rail:border-rule max-rail:py-1`}
            >
              <span className="truncate py-0.5 rail:text-right">{lineOf(finder.name, 80)}</span>
              <Whisker share={finder.confirmedShare} />
              <span className="py-0.5 text-quiet">{labelOf(finder)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </figure>
  )
}

const labelOf = (finder: Finder): string =>
  finder.confirmedShare.value === null
    ? 'nothing judged yet'
    : `${shareWords(finder.confirmedShare)}, ${grouped(finder.confirmed)} of ${grouped(judgedOf(finder))}`

function Whisker({ share: { value, low, high } }: { readonly share: Finder['confirmedShare'] }) {
  return (
    <svg className="h-6 w-full overflow-visible text-accent" aria-hidden="true">
      {ticks.map((tick) => (
        <line key={tick} x1={`${tick}%`} x2={`${tick}%`} y1="0" y2="24" className="stroke-rule" />
      ))}
      {value !== null && (
        <>
          <line
            x1={`${low * 100}%`}
            x2={`${high * 100}%`}
            y1="12"
            y2="12"
            stroke="currentColor"
            strokeWidth="2"
          />
          <circle cx={`${value * 100}%`} cy="12" r="4.5" fill="currentColor" />
        </>
      )}
    </svg>
  )
}

const rowWords = (finder: Finder): string =>
  [
    `${lineOf(finder.name, 80)} (${lineOf(finder.organisation, 80)}):`,
    `${grouped(finder.submitted)} submitted,`,
    `${grouped(finder.duplicates)} of them duplicates, ${shareWords(finder.duplicateShare)};`,
    `${grouped(finder.confirmed)} confirmed, ${grouped(finder.refuted)} refuted,`,
    `${grouped(finder.proofs)} shown by a proof.`,
    `First ${dateOf(finder.firstAt)}, last ${dateOf(finder.lastAt)}.`,
  ].join(' ')
