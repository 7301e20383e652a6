import type { OneTimeLink } from '../../api/types.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { ShownOnce } from '../../ui/shown-once.tsx'
import { When } from '../../ui/when.tsx'

type MadeLinkProps = { readonly made: OneTimeLink; readonly onDone: () => void }

/** The only place where a one-time link is ever shown. */
export function MadeLink({ made: { person, link, expiresAt }, onDone }: MadeLinkProps) {
  const address = `${window.location.origin}/sign-in#${link}`
  return (
    <section
      aria-labelledby="made-link"
      className="mb-4 max-w-[70rem] rounded-md border border-warn/40 bg-warn-ground p-4"
    >
      <h2 id="made-link" className="text-title font-semibold">
        Give {lineOf(person.name, 100)} this link
      </h2>
      <p className="max-w-[75ch]">
        It signs in whoever opens it first, once, until <When at={expiresAt} />. Send it in a way
        that only {lineOf(person.name, 100)} reads. It is shown this once; another can be made.
      </p>
      <ShownOnce label="One-time link" value={address} does="I have given it" onDone={onDone} />
    </section>
  )
}
