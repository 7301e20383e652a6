import { compareNumbers, compareText, ordering, signOf } from './order.ts'
import { compareIdentifiers } from './order-semver.ts'

const form = /^(\d+(?:\.\d+)*)([a-z]*)(?:-([0-9A-Za-z.-]+))?(?:\+.*)?$/

/**
 * OpenSSL: numbers, then before 3.0 the letters of the patch (`1.1.1z` before `1.1.1za`), then
 * possibly a pre-release, which is older than its release.
 */
export const opensslOrder = ordering(
  (text) => {
    const found = form.exec(text.trim())
    if (!found) return null
    const [, numbers = '', letters = '', prerelease = ''] = found
    return { numbers: numbers.split('.'), letters, prerelease }
  },
  (a, b) =>
    compareNumbers(a.numbers, b.numbers) ||
    signOf(a.letters.length - b.letters.length) ||
    compareText(a.letters, b.letters) ||
    signOf(Number(a.prerelease === '') - Number(b.prerelease === '')) ||
    compareIdentifiers(a.prerelease, b.prerelease),
)
