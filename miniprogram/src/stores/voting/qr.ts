/** QR codes drawn on this device: what they hold goes to no server. */
import { encode } from 'uqr'

const QUIET = 4

/** Draws a text as a picture for an image's address. */
export function qrPicture(text: string): string {
  const { size, data } = encode(text, { ecc: 'M', border: QUIET })
  const dots = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])))
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges">` +
    `<path fill="#fff" d="M0 0h${size}v${size}H0z"/><path d="${dots.join('')}"/></svg>`
  return `data:image/svg+xml,${encodeURIComponent(svg)}`
}
