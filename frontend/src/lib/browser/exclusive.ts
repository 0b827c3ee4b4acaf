import { webLocks } from 'ai-chat-client/internal'
import { nameOnHost } from '@/lib/base-path'

/** Runs `task` while no other tab runs one of the same name; without Web Locks it just runs. */
export async function runExclusively<T>(name: string, task: () => Promise<T>): Promise<T> {
  const locks = webLocks()
  return locks ? await locks.request(nameOnHost(name), task) : await task()
}
