import type { Sign } from './order.ts'
import { orders, type VersionScheme } from './scheme.ts'

/**
 * How version `a` stands to version `b` in a scheme: -1 older, 0 the same, 1 newer. Null where one
 * of them is no version of the scheme. Never throws, in time linear in the texts.
 *
 * Among the versions of a scheme this is a total preorder, but for three schemes that are not
 * transitive by their own definition: `alpm`, where a release counts only against another one;
 * `maven`, where a word follows a dot; and `composer`, for versions that hold PHP's `#`.
 */
export const compareVersions = (scheme: VersionScheme, a: string, b: string): Sign | null =>
  orders[scheme].compare(a, b)

/** Whether a text is a version of the scheme, so that it can be compared with others. */
export const isVersion = (scheme: VersionScheme, text: string): boolean => orders[scheme].has(text)

/**
 * Whether a text is a version by the rules of the scheme. PyPI and Alpine give a place to any
 * text, before all versions or behind its nearest one; nothing should be concluded from that.
 */
export const isRegularVersion = (scheme: VersionScheme, text: string): boolean =>
  orders[scheme].isRegular(text)
