/** Instants as people in China read them: the community's time (+08:00), whatever the device is set to. */
import type { Words } from './zh-Hans'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
const CHINA_MS = 8 * 60 * MINUTE_MS

/** Writes an instant: with the time of day, and the date unless it is today or tomorrow. */
export function momentText(words: Words, instant: string, now: Date): string {
  const there = inChina(Date.parse(instant))
  const clock = `${padded(there.getUTCHours())}:${padded(there.getUTCMinutes())}`
  const days = dayNumber(there) - dayNumber(inChina(now.getTime()))
  if (days === 0) return words.time.today(clock)
  if (days === 1) return words.time.tomorrow(clock)
  return words.time.date(there.getUTCMonth() + 1, there.getUTCDate(), clock)
}

/** Writes an instant in full, with its year. */
export function instantText(words: Words, instant: string): string {
  const there = inChina(Date.parse(instant))
  return `${dayText(words, instant)} ${padded(there.getUTCHours())}:${padded(there.getUTCMinutes())}`
}

/** Writes an end: midnight is 24:00 of the day that it ends. */
export function endText(words: Words, instant: string): string {
  const there = inChina(Date.parse(instant))
  const isMidnight = there.getUTCHours() === 0 && there.getUTCMinutes() === 0
  if (!isMidnight) return instantText(words, instant)
  return `${dayText(words, new Date(Date.parse(instant) - MINUTE_MS).toISOString())} 24:00`
}

/** Writes the day of an instant. */
export function dayText(words: Words, instant: string): string {
  const there = inChina(Date.parse(instant))
  return words.time.year(there.getUTCFullYear(), there.getUTCMonth() + 1, there.getUTCDate())
}

/** Writes a span in its largest unit, rounded down; a negative one like its opposite. */
export function spanText(words: Words, minutes: number): string {
  const whole = Math.abs(Math.trunc(minutes))
  if (whole < 60) return words.ticket.minutes(whole)
  if (whole < 48 * 60) return words.ticket.hours(Math.floor(whole / 60))
  return words.ticket.days(Math.floor(whole / (24 * 60)))
}

function inChina(milliseconds: number): Date {
  return new Date(milliseconds + CHINA_MS)
}

function dayNumber(there: Date): number {
  return Math.floor(there.getTime() / DAY_MS)
}

function padded(number: number): string {
  return String(number).padStart(2, '0')
}
