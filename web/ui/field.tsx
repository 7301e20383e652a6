import { type ReactNode, useId } from 'react'

type Given = {
  readonly id: string
  readonly className: string
  readonly 'aria-describedby': string
  readonly 'aria-invalid': boolean
}

type FieldProps = {
  readonly label: string
  readonly about: string
  readonly error?: string
  readonly children: (given: Given) => ReactNode
}

/** A field with what it means, and how to mend it beside it. */
export function Field({ label, about, error = '', children }: FieldProps) {
  const id = useId()
  return (
    <div>
      <label htmlFor={id} className="block font-semibold">
        {label}
      </label>
      {children({
        id,
        className: 'field mt-1 block w-full',
        'aria-describedby': `${id}-about`,
        'aria-invalid': error !== '',
      })}
      <p id={`${id}-about`} className="mt-1 text-small text-quiet">
        {error !== '' && <strong className="text-danger">{error} </strong>}
        {about}
      </p>
    </div>
  )
}
