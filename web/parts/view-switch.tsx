import { useKeys } from '../app/keys.ts'
import { Button } from '../ui/button.tsx'

type ViewSwitchProps = {
  readonly isTable: boolean
  readonly onTable: (isTable: boolean) => void
}

/** Plot or table of the same data: `t` changes between them. */
export function ViewSwitch({ isTable, onTable }: ViewSwitchProps) {
  const flip = (): void => onTable(!isTable)
  useKeys('Figures', [{ keys: ['t'], does: 'plot or table of the same data', run: flip }])
  return (
    <Button hint="t" onClick={flip}>
      {isTable ? 'Show as plot' : 'Show as table'}
    </Button>
  )
}
