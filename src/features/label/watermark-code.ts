import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'

/**
 * A code of 40 random bits and a check of 35 keyed bits, spread over 31 symbols of five bits so
 * that any 15 of them give it back (Reed-Solomon over GF(32), by evaluation).
 */
export const symbolsInAll = 31
export const symbolsNeeded = 15
export const codeBytes = 5
const checkBits = 35
const symbolBits = 5
const codeSymbols = 8

/** One symbol and which of the 31 it is. */
export type Placed = { readonly index: number; readonly value: number }

/** Powers of the generator of GF(32) (x^5 + x^2 + 1), and their logarithms. */
const powers: number[] = [1]
for (let at = 1; at < symbolsInAll; at++) {
  const doubled = (powers[at - 1] ?? 0) << 1
  powers.push(doubled > 31 ? doubled ^ 0b100101 : doubled)
}
const logarithms: number[] = Array.from({ length: 32 }, (_, value) => powers.indexOf(value))

const times = (x: number, y: number): number =>
  x === 0 || y === 0 ? 0 : power((logarithms[x] ?? 0) + (logarithms[y] ?? 0))
const over = (x: number, y: number): number =>
  x === 0 ? 0 : power((logarithms[x] ?? 0) - (logarithms[y] ?? 0) + symbolsInAll)
const power = (exponent: number): number => powers[exponent % symbolsInAll] ?? 0

const valueAt = (polynomial: readonly number[], x: number): number =>
  polynomial.reduceRight((sum, coefficient) => times(sum, x) ^ coefficient, 0)

/** The 35 bits that only the key makes of a code, as seven symbols. */
function checkOf(code: Buffer, key: KeyObject): number[] {
  const mac = createHmac('sha256', key).update(code).digest()
  return symbolsOf(mac.subarray(0, 5)).slice(0, checkBits / symbolBits)
}

function symbolsOf(bytes: Buffer): number[] {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{5}/g) ?? []).map((five) => Number.parseInt(five, 2))
}

function bytesOf(symbols: readonly number[]): Buffer {
  const bits = symbols.map((symbol) => symbol.toString(2).padStart(symbolBits, '0')).join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((eight) => Number.parseInt(eight, 2)))
}

/** The 31 symbols of a code of five bytes. */
export function symbolsFor(code: Buffer, key: KeyObject): readonly number[] {
  if (code.length !== codeBytes) throw new TypeError('a code has five bytes')
  const polynomial = [...symbolsOf(code), ...checkOf(code, key)]
  return powers.map((x) => valueAt(polynomial, x))
}

/** The code that 15 symbols of different places make, where the check of any key holds. */
export function codeIn(symbols: readonly Placed[], keys: readonly KeyObject[]): Buffer | null {
  const polynomial = interpolated(symbols.slice(0, symbolsNeeded))
  const code = bytesOf(polynomial.slice(0, codeSymbols))
  const check = Buffer.from(polynomial.slice(codeSymbols))
  const isOurs = keys.some((key) => {
    const own = Buffer.from(checkOf(code, key))
    return own.length === check.length && timingSafeEqual(own, check)
  })
  return isOurs ? code : null
}

/** The polynomial through these points (Newton), lowest coefficient first. */
function interpolated(points: readonly Placed[]): number[] {
  const xs = points.map(({ index }) => power(index))
  const ys = points.map(({ value }) => value)
  let polynomial: number[] = points.map(() => 0)
  let basis: number[] = [1, ...points.slice(1).map(() => 0)]
  xs.forEach((x, at) => {
    const missing = (ys[at] ?? 0) ^ valueAt(polynomial, x)
    const factor = over(missing, valueAt(basis, x))
    polynomial = polynomial.map((one, place) => one ^ times(factor, basis[place] ?? 0))
    basis = basis.map((one, place) => times(one, x) ^ (basis[place - 1] ?? 0))
  })
  return polynomial
}
