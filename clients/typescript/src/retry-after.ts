/** The header `Retry-After`, in seconds or as a date (docs/protocol.md: P-9.10). */

/** The milliseconds to wait; null if the header is missing or malformed. */
export function readRetryAfter({ headers }: Response): number | null {
  const value = headers.get('Retry-After')?.trim() ?? ''
  if (/^\d+$/.test(value)) return Number(value) * 1000
  const date = Date.parse(value)
  return Number.isNaN(date) ? null : Math.max(0, date - Date.now())
}

/** The whole seconds to wait; null if the header is missing or malformed. */
export function readRetrySeconds(response: Response): number | null {
  const milliseconds = readRetryAfter(response)
  return milliseconds === null ? null : Math.ceil(milliseconds / 1000)
}
