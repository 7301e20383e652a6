import { useState } from 'react'
import { Dialog } from '../ui/dialog.tsx'
import {
  areSingleKeysOn,
  type KeyBinding,
  type KeyGroup,
  keyGroupsNow,
  setSingleKeys,
} from './keys.ts'

type KeyHelpProps = { readonly onClose: () => void }

/** The keys that work on the page as it is now. */
export function KeyHelp({ onClose }: KeyHelpProps) {
  return (
    <Dialog title="Keys" isOpen onClose={onClose} isWide>
      <Groups />
    </Dialog>
  )
}

function Groups() {
  const [isOn, setIsOn] = useState(areSingleKeysOn)
  const flip = (next: boolean): void => {
    setSingleKeys(next)
    setIsOn(next)
  }
  return (
    <>
      <div className="mt-3 gap-8 rail:columns-2">
        {keyGroupsNow().map((group) => (
          <Group key={group.name} group={group} />
        ))}
      </div>
      <label className="mt-3 flex items-center gap-2">
        <input type="checkbox" checked={isOn} onChange={({ target }) => flip(target.checked)} />
        Keys without ctrl work in this browser
      </label>
    </>
  )
}

function Group({ group }: { readonly group: KeyGroup }) {
  if (group.bindings.length === 0) return null
  return (
    <section className="mb-4 break-inside-avoid">
      <h3 className="heading">{group.name}</h3>
      <dl>
        {group.bindings.map((binding) => (
          <Line key={binding.does} binding={binding} />
        ))}
      </dl>
    </section>
  )
}

function Line({ binding }: { readonly binding: KeyBinding }) {
  return (
    <div className="flex gap-3 py-0.5">
      <dt className="w-28 shrink-0 text-quiet">
        {binding.keys.map((name, at) => (
          <span key={name}>
            {at > 0 && ' or '}
            <kbd className="rounded border border-rule px-1 font-sans">
              {name.replace('+', ' ')}
            </kbd>
          </span>
        ))}
      </dt>
      <dd>{binding.does}</dd>
    </div>
  )
}
