/** Bytes and their text forms, written out because a phone's logic layer has no TextEncoder and no atob. */

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const CHUNK = 8192

/** Join byte strings. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((size, part) => size + part.length, 0))
  let offset = 0
  for (const part of parts) {
    joined.set(part, offset)
    offset += part.length
  }
  return joined
}

/** Tell whether two byte strings are the same; not for secrets, since it stops at the first difference. */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, place) => byte === right[place])
}

/** Encode text as UTF-8; raises RangeError for half of a surrogate pair. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes: number[] = []
  for (let place = 0; place < text.length; place += 1) {
    const point = text.codePointAt(place) as number
    if (point >= 0xd800 && point <= 0xdfff) throw new RangeError('text holds half of a surrogate pair')
    if (point > 0xffff) place += 1
    pushUtf8(bytes, point)
  }
  return Uint8Array.from(bytes)
}

function pushUtf8(bytes: number[], point: number): void {
  if (point < 0x80) bytes.push(point)
  else if (point < 0x800) bytes.push(0xc0 | (point >> 6), tail(point))
  else if (point < 0x10000) bytes.push(0xe0 | (point >> 12), tail(point >> 6), tail(point))
  else bytes.push(0xf0 | (point >> 18), tail(point >> 12), tail(point >> 6), tail(point))
}

function tail(bits: number): number {
  return 0x80 | (bits & 0x3f)
}

/** Decode UTF-8 strictly; raises RangeError for anything that `encodeUtf8` would not write. */
export function decodeUtf8(bytes: Uint8Array): string {
  const parts: string[] = []
  let units: number[] = []
  for (let place = 0; place < bytes.length;) {
    const length = sequenceLength(bytes[place] as number)
    const point = length === 1 ? (bytes[place] as number) : readSequence(bytes, place, length)
    place += length
    if (point > 0xffff) units.push(0xd800 + ((point - 0x10000) >> 10), 0xdc00 + ((point - 0x10000) & 0x3ff))
    else units.push(point)
    if (units.length >= CHUNK) {
      parts.push(String.fromCharCode(...units))
      units = []
    }
  }
  return parts.join('') + String.fromCharCode(...units)
}

function sequenceLength(first: number): number {
  if (first < 0x80) return 1
  if (first >= 0xc2 && first < 0xe0) return 2
  if (first >= 0xe0 && first < 0xf0) return 3
  if (first >= 0xf0 && first < 0xf5) return 4
  throw new RangeError('not UTF-8')
}

const LEAST_POINT = [0, 0, 0x80, 0x800, 0x10000] as const

function readSequence(bytes: Uint8Array, place: number, length: number): number {
  let point = (bytes[place] as number) & (0x7f >> length)
  for (let next = place + 1; next < place + length; next += 1) {
    const byte = bytes[next]
    if (byte === undefined || (byte & 0xc0) !== 0x80) throw new RangeError('not UTF-8')
    point = (point << 6) | (byte & 0x3f)
  }
  const isSurrogate = point >= 0xd800 && point <= 0xdfff
  if (point < (LEAST_POINT[length] as number) || point > 0x10ffff || isSurrogate)
    throw new RangeError('not UTF-8')
  return point
}

/** Read bytes as text of one character each, so that text is found in them whatever they hold. */
export function latin1(bytes: Uint8Array): string {
  const parts: string[] = []
  for (let start = 0; start < bytes.length; start += CHUNK) {
    parts.push(String.fromCharCode(...bytes.subarray(start, start + CHUNK)))
  }
  return parts.join('')
}

/** Write bytes as lower-case hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Read hexadecimal digits, two a byte; the caller has checked that they are such. */
export function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

/** Read bytes as a number, the first byte weighing most. */
export function toNumber(bytes: Uint8Array): bigint {
  return BigInt(bytes.length === 0 ? 0 : `0x${toHex(bytes)}`)
}

/** Write bytes in standard base64, with padding. */
export function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (let place = 0; place < bytes.length; place += 3) {
    const [first = 0, second = 0, third = 0] = bytes.subarray(place, place + 3)
    const bits = (first << 16) | (second << 8) | third
    const digits = [18, 12, 6, 0].map((shift) => BASE64.charAt((bits >> shift) & 63)).join('')
    const missing = Math.max(0, place + 3 - bytes.length)
    text += digits.slice(0, 4 - missing) + '='.repeat(missing)
  }
  return text
}

/** Read standard base64; raises RangeError for any other spelling than that of `toBase64`. */
export function fromBase64(text: string): Uint8Array {
  const digits = text.replace(/={1,2}$/, '')
  if (!/^[A-Za-z0-9+/]*$/.test(digits)) throw new RangeError('not base64')
  const bytes: number[] = []
  for (let place = 0; place < digits.length; place += 4) {
    const group = digits.slice(place, place + 4)
    const bits = Array.from(group.padEnd(4, 'A')).reduce(
      (sum, digit) => (sum << 6) | BASE64.indexOf(digit),
      0,
    )
    bytes.push(...[bits >> 16, (bits >> 8) & 255, bits & 255].slice(0, group.length - 1))
  }
  const read = Uint8Array.from(bytes)
  if (toBase64(read) !== text) throw new RangeError('not canonical base64')
  return read
}
