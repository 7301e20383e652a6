import type { Component } from '#formats/finding/finding.ts'
import { ecosystemOf } from '#formats/purl/ecosystem.ts'
import { packageNameOf } from '#formats/purl/package-name.ts'
import { readPurl } from '#formats/purl/parse.ts'

/** A package as an inventory writes it, in parts. */
export type WrittenPackage = {
  readonly group?: string | undefined
  readonly name: string
  readonly purl?: string | undefined
}

/** The full name of a package as its ecosystem writes it; the ecosystem where the purl says. */
export type NamedPackage = Pick<Component, 'name' | 'ecosystem'>

/** Without a purl, a group of dotted words is a Maven group; anything else is a path. */
export function namedPackage({ group, name, purl }: WrittenPackage): NamedPackage {
  const found = purl === undefined ? null : readPurl(purl)
  const ecosystem = found && ecosystemOf(found)
  const isJava = /^[\w-]+(\.[\w-]+)+$/.test(group ?? '')
  const type = found?.type ?? (isJava ? 'maven' : 'generic')
  const full = group ? packageNameOf({ type, namespace: group, name }) : name
  return { name: full, ...(ecosystem && { ecosystem }) }
}

/** The component that a purl by itself names; null when the text is no purl. */
export function componentOfPurl(purl: string): Component | null {
  const found = readPurl(purl)
  if (found === null) return null
  const ecosystem = ecosystemOf(found)
  return {
    name: packageNameOf(found),
    ...(ecosystem && { ecosystem }),
    purl,
    ...(found.version === undefined ? {} : { version: found.version }),
  }
}
