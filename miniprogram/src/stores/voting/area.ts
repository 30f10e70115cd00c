/** Areas as people write them. */

/** Writes an area of 0.01 m2 in square metres, with both decimals: 7205000 becomes "72,050.00". */
export function areaText(area: number): string {
  const whole = Math.floor(area / 100)
  const rest = String(area % 100).padStart(2, '0')
  return `${String(whole).replace(/\B(?=(\d{3})+$)/g, ',')}.${rest}`
}

/** Writes hundredths of a percent: 6667 becomes "66.67%". */
export function percentText(hundredths: number): string {
  return `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, '0')}%`
}
