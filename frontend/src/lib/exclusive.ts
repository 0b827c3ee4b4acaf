/** Runs `task` while no other tab runs one of the same name; just runs it where Web Locks are missing. */
export async function runExclusively<T>(name: string, task: () => Promise<T>): Promise<T> {
  const locks = (navigator as Partial<Navigator>).locks
  return locks ? await locks.request(name, task) : await task()
}
