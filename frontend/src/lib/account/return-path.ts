/** The path to open after sign-in. Other sites are refused: that would be an open redirect. */
export function returnPath(next: string | null): string {
  if (next === null || !/^\/(?![/\\])/.test(next)) return '/'
  return next
}
