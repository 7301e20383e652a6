import type { Label } from '../api/types.ts'
import { classes } from '../ui/classes.ts'

type Tlp = Label['tlp']

/** What each colour of TLP 2.0 (FIRST) allows, in a few words. */
export const tlpWords: Readonly<Record<Tlp, string>> = {
  clear: 'Anybody may see it.',
  green: 'It stays in the community.',
  amber: 'It stays in the organisation and with its clients.',
  'amber+strict': 'It stays in the organisation.',
  red: 'It stays with the people it was given to.',
}

export const tlpOrder = ['clear', 'green', 'amber', 'amber+strict', 'red'] as const

/** The colours that FIRST asks for, on black. */
const inks: Readonly<Record<Tlp, string>> = {
  clear: 'text-[#fff]',
  green: 'text-[#33ff00]',
  amber: 'text-[#ffc000]',
  'amber+strict': 'text-[#ffc000]',
  red: 'text-[#ff2b2b]',
}

/** A shape for each colour, for those who do not tell the colours apart. */
const shapes: Readonly<Record<Tlp, string>> = {
  clear: 'M6 1.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 1 1 0-9zm0 1.5a3 3 0 1 0 0 6a3 3 0 1 0 0-6z',
  green: 'M6 1.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 1 1 0-9z',
  amber: 'M6 1L11.5 10.5H.5z',
  'amber+strict': 'M6 1L10 8H2zM.5 9.5h11V11H.5z',
  red: 'M4 1h4l3 3v4l-3 3H4L1 8V4z',
}

type TlpMarkProps = { readonly tlp: Tlp; readonly isSmall?: boolean }

/** TLP in its own words, colours and shape: black in the light and in the dark. */
export function TlpMark({ tlp, isSmall = false }: TlpMarkProps) {
  return (
    <span
      title={tlpWords[tlp]}
      className={classes(
        'inline-flex shrink-0 items-center gap-1 rounded-sm bg-[#000] font-semibold whitespace-nowrap',
        isSmall ? 'px-1 text-small' : 'px-1.5 py-0.5 text-list',
        inks[tlp],
      )}
    >
      <svg viewBox="0 0 12 12" className="size-2.5 shrink-0" aria-hidden="true">
        <path d={shapes[tlp]} fill="currentColor" fillRule="evenodd" />
      </svg>
      TLP:{tlp.toUpperCase()}
    </span>
  )
}

/** What a marking says besides TLP; empty where there is nothing to say. */
function restOf({ classification, marking }: Label): string {
  const parts = marking.split('//').filter((part) => !part.startsWith('TLP:'))
  const isPlain = classification === 'unclassified' && parts.length === 1
  return isPlain ? '' : parts.join(' // ')
}

/** At the top of whatever shows labelled information. */
export function LabelBanner({ label }: { readonly label: Label }) {
  const rest = restOf(label)
  return (
    <p className="flex flex-wrap items-center gap-x-2 gap-y-1 py-1">
      <span className="spoken">Label: </span>
      <TlpMark tlp={label.tlp} />
      {rest !== '' && (
        <strong className="rounded-sm border border-edge px-1.5 font-semibold wrap-anywhere">
          {rest}
        </strong>
      )}
      <span className="text-small text-quiet">{tlpWords[label.tlp]}</span>
    </p>
  )
}

/** The label that most rows of a list have, which its head then says for them; null for few rows. */
export function usualLabel(labels: readonly Label[]): Label | null {
  const groups = [...Map.groupBy(labels, ({ marking }) => marking).values()]
  const most = groups.reduce<readonly Label[]>((a, b) => (b.length > a.length ? b : a), [])
  return most.length > 1 ? (most[0] ?? null) : null
}

/** In a row, where there is no room for more. */
export function LabelMark({ label }: { readonly label: Label }) {
  const rest = restOf(label)
  return (
    <span title={label.marking} className="inline-flex min-w-0 items-center gap-1">
      <span className="spoken">Label </span>
      <TlpMark tlp={label.tlp} isSmall />
      {rest !== '' && <span className="truncate font-semibold text-text">{rest}</span>}
    </span>
  )
}
