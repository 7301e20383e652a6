import type { Reason } from '../api/types.ts'
import { lineOf } from './outside-text.tsx'

type ReasonsProps = {
  readonly because: readonly Reason[]
  /** Given, each reason with texts has a button that brings them into sight. */
  readonly onShow?: (marks: readonly string[]) => void
}

/** The texts of all reasons, to be marked in both reports. */
export const marksOf = (because: readonly Reason[]): readonly string[] => [
  ...new Set(because.flatMap(({ marks }) => marks)),
]

/** Why two reports are, or may be, one vulnerability: sentences that can be checked in seconds. */
export function Reasons({ because, onShow }: ReasonsProps) {
  const groups = [
    { title: 'What speaks for it', sign: '+', list: because.filter(({ supports }) => supports) },
    {
      title: 'What speaks against it',
      sign: '−',
      list: because.filter(({ supports }) => !supports),
    },
  ].filter(({ list }) => list.length > 0)
  return (
    <div className="space-y-2">
      {groups.map(({ title, sign, list }) => (
        <div key={title}>
          <p className="text-quiet">{title}</p>
          <ul>
            {list.map((reason) => (
              <li key={reason.says} className="flex items-baseline gap-2">
                <span aria-hidden="true" className="w-2 shrink-0">
                  {sign}
                </span>
                <span className="wrap-anywhere">
                  {lineOf(reason.says, 600)}{' '}
                  {onShow && reason.marks.length > 0 && (
                    <button type="button" className="link" onClick={() => onShow(reason.marks)}>
                      Show<span className="spoken"> where: {lineOf(reason.says, 100)}</span>
                    </button>
                  )}
                </span>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </div>
  )
}
