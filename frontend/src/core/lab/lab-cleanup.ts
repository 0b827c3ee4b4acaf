/** Deletes conversations of the lab whose page was closed before it deleted them. */
import { ApiError } from '@/api/api-error'
import { deleteConversation } from '@/api/conversations'
import { openTabIds, tabId } from '@/lib/browser/tab'
import { LAB_PREFIX, readUserStored, writeUserStored } from '@/lib/storage/user-storage'

const NOT_FOUND = 404

/** Remembers a conversation that this tab has begun for the lab. */
export function rememberLab(id: string): void {
  writeUserStored(LAB_PREFIX + id, tabId() ?? '')
}

export function forgetLab(id: string): void {
  writeUserStored(LAB_PREFIX + id, null)
}

/** Deletes the labs of the entries `names` that no other open tab uses; keeps those that cannot be deleted now. */
export async function deleteAbandonedLabs(names: readonly string[]): Promise<void> {
  const open = await openTabIds()
  for (const name of names) {
    const tab = readUserStored(name)
    if (tab !== tabId() && open.has(tab ?? '')) continue
    const id = name.slice(LAB_PREFIX.length)
    try {
      await deleteConversation(id)
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== NOT_FOUND) continue
    }
    forgetLab(id)
  }
}
