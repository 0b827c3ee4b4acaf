/** The locks that all tabs of a browser share; undefined where there are none, as on plain http. */
export function webLocks(): LockManager | undefined {
  const { navigator } = globalThis as { navigator?: Partial<Navigator> }
  return navigator?.locks
}
