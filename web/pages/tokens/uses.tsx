import { permissionsOf } from '#features/org/role.ts'
import type { Permission, TokenWish } from '../../api/types.ts'
import { Choices } from '../../ui/choices.tsx'
import { Field } from '../../ui/field.tsx'
import { permissionWords } from './words.ts'

/** What of its role a token may do, and which machine uses it. */
export type Uses = {
  /** Null as long as nobody took anything away: all of the role. */
  readonly scopes: readonly Permission[] | null
  readonly workload: string
  readonly version: string
}

export const anyUse: Uses = { scopes: null, workload: '', version: '' }

/** The members of the wish that say so; what says nothing is left out. */
export function usesIn({ scopes, workload, version }: Uses): Partial<TokenWish> {
  const [name, of] = [workload.trim(), version.trim()]
  return {
    ...(scopes && { scopes: [...scopes] }),
    ...(name !== '' && { workload: { name, ...(of !== '' && { version: of }) } }),
  }
}

type UsesProps = {
  readonly role: TokenWish['role']
  readonly uses: Uses
  readonly onUses: (uses: Uses) => void
}

export function UsesFields({ role, uses, onUses }: UsesProps) {
  const held = permissionsOf(role)
  const chosen = uses.scopes ?? held
  return (
    <>
      <Choices
        legend="May do"
        about="The least that the machine needs. What is not chosen is refused, whatever the role may."
        error={chosen.length === 0 ? 'Choose one at least.' : ''}
        choices={held.map((one) => [one, permissionWords[one]])}
        chosen={chosen}
        onChosen={(scopes) =>
          onUses({ ...uses, scopes: scopes.length === held.length ? null : scopes })
        }
      />
      <Field
        label="Agent or scanner"
        about="Its name, where a machine uses the token; you answer for what it does. Empty where you do yourself."
      >
        {(given) => (
          <input
            {...given}
            maxLength={100}
            value={uses.workload}
            placeholder="nightly-fuzzer"
            onChange={({ target }) => onUses({ ...uses, workload: target.value })}
          />
        )}
      </Field>
      {uses.workload.trim() !== '' && (
        <Field label="Its version" about="As it names itself; may be left empty.">
          {(given) => (
            <input
              {...given}
              maxLength={60}
              value={uses.version}
              onChange={({ target }) => onUses({ ...uses, version: target.value })}
            />
          )}
        </Field>
      )}
    </>
  )
}
