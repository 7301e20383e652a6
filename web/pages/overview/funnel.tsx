import { Link } from '@tanstack/react-router'
import type { Overview } from '../../api/types.ts'
import { parseSearch } from '../../app/search.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { FigureTools } from '../../parts/plot/figure-tools.tsx'
import { Section } from '../../ui/section.tsx'
import { grouped } from '../../ui/words.ts'
import { funnelCsv, funnelSvg, stepWords } from './figures.ts'

type FunnelProps = { readonly funnel: Overview['funnel']; readonly isTable: boolean }

/** From reports to decisions; each step leads to its cases. */
export function Funnel({ funnel, isTable }: FunnelProps) {
  const most = Math.max(1, ...funnel.map(({ count }) => count))
  return (
    <Section
      title="From reports to decisions"
      beside={
        <FigureTools name="funnel" csv={() => funnelCsv(funnel)} svg={() => funnelSvg(funnel)} />
      }
    >
      <table className="w-full text-left">
        <caption className="spoken">Each step with its count</caption>
        <thead className="spoken">
          <tr>
            <th>Step</th>
            <th>Count</th>
            <th>Share</th>
          </tr>
        </thead>
        <tbody>
          {funnel.map(({ name, count, query }, at) => (
            <tr key={name} className="hover:bg-hover">
              <th scope="row" className="w-28 py-1 pr-3 font-normal rail:w-40">
                <Link to="/queue" search={parseSearch(query)} className="link">
                  {lineOf(name, 60)}
                </Link>
              </th>
              <td className="w-20 pr-3 text-right font-semibold">{grouped(count)}</td>
              <td className="items-center gap-3 rail:flex rail:min-h-7">
                <span className="shrink-0 text-quiet rail:order-last rail:w-44">
                  {stepWords(funnel, at)}
                </span>
                {!isTable && (
                  <svg className="block h-4 w-full text-accent" aria-hidden="true">
                    <rect
                      width={`${Math.max((count / most) * 100, 0.2)}%`}
                      height="16"
                      fill="currentColor"
                    />
                  </svg>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  )
}
