const DAY_MS = 86_400_000

export type DateGroup =
  { kind: 'today' | 'yesterday' | 'week' | 'month' } | { kind: 'older'; year: number; month: number }

/** The section of the conversation list for a time, in the user's time zone. */
export function dateGroupOf(iso: string, now: Date): DateGroup {
  const time = new Date(iso)
  const today = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime()
  if (time.getTime() >= today) return { kind: 'today' }
  if (time.getTime() >= today - DAY_MS) return { kind: 'yesterday' }
  if (time.getTime() >= today - 7 * DAY_MS) return { kind: 'week' }
  if (time.getTime() >= today - 30 * DAY_MS) return { kind: 'month' }
  return { kind: 'older', year: time.getFullYear(), month: time.getMonth() }
}
