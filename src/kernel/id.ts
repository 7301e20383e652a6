declare const brand: unique symbol

/** A parsed identifier `<kind>_<token>`: text that went through `parse`, so it is well formed. */
export type Id<K extends string> = string & { readonly [brand]: K }

/** The maker of one kind of identifier. Tokens are 8 to 64 of `a-z`, `0-9`. */
export type IdKind<K extends string> = {
  readonly kind: K
  readonly parse: (text: string) => Id<K> | null
  readonly of: (token: string) => Id<K>
}

/**
 * @example
 * const CaseId = idOf('case')
 * CaseId.parse('case_0123abcd') // 'case_0123abcd'
 * CaseId.parse('report_0123abcd') // null
 */
export function idOf<K extends string>(kind: K): IdKind<K> {
  const form = new RegExp(`^${kind}_[0-9a-z]{8,64}$`)
  const is = (text: string): text is Id<K> => form.test(text)
  return {
    kind,
    parse: (text) => (is(text) ? text : null),
    of: (token) => {
      const text = `${kind}_${token}`
      if (!is(text)) throw new TypeError(`not a token of ${kind}: ${token.slice(0, 80)}`)
      return text
    },
  }
}
