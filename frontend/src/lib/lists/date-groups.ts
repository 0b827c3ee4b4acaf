export type DateGroup =
  { kind: 'today' | 'yesterday' | 'week' | 'month' } | { kind: 'older'; year: number; month: number }

/** The section of the conversation list for a time, in the user's time zone. */
export function dateGroupOf(iso: string, now: Date): DateGroup {
  const time = new Date(iso)
  // Not in milliseconds: where the clocks change, a day has 23 or 25 hours.
  const isSince = (days: number) => time >= new Date(now.getFullYear(), now.getMonth(), now.getDate() - days)
  if (isSince(0)) return { kind: 'today' }
  if (isSince(1)) return { kind: 'yesterday' }
  if (isSince(7)) return { kind: 'week' }
  if (isSince(30)) return { kind: 'month' }
  return { kind: 'older', year: time.getFullYear(), month: time.getMonth() }
}

/** The date in the user's time zone, as `2026-01-05`. */
export function localDate(time: Date): string {
  const twoDigits = (number: number) => String(number).padStart(2, '0')
  return `${time.getFullYear()}-${twoDigits(time.getMonth() + 1)}-${twoDigits(time.getDate())}`
}
