import { Button } from '../../ui/button.tsx'
import { saveFile } from './save.ts'

type FigureToolsProps = {
  /** Of the file, without its ending. */
  readonly name: string
  readonly csv: () => string
  readonly svg: () => string
}

/** The ways to take a figure along. */
export function FigureTools({ name, csv, svg }: FigureToolsProps) {
  return (
    <span className="flex gap-1">
      <Button look="quiet" onClick={() => saveFile(name, 'svg', svg())}>
        SVG<span className="spoken"> file of {name}</span>
      </Button>
      <Button look="quiet" onClick={() => saveFile(name, 'csv', csv())}>
        CSV<span className="spoken"> file of {name}</span>
      </Button>
    </span>
  )
}
