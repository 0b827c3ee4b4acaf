/** Where to go after signing in. Only a path of our own: an address of another site would be an open redirect. */
export function returnPath(next: string | null): string {
  if (next === null || !/^\/(?![/\\])/.test(next)) return '/'
  return next
}
