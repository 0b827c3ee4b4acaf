/** Conversations of the lab whose page was left before they were deleted. Imports no React. */
import { ApiError } from '@/api/api-error'
import { deleteConversation } from '@/api/conversations'
import { openTabIds, tabId } from '@/lib/browser/tab'
import { LAB_PREFIX, readUserStored, writeUserStored } from '@/lib/storage/user-storage'

const NOT_FOUND = 404

/** Remembers a conversation that this tab has begun for the lab. */
export function keepLab(id: string): void {
  writeUserStored(LAB_PREFIX + id, tabId() ?? '')
}

export function forgetLab(id: string): void {
  writeUserStored(LAB_PREFIX + id, null)
}

/** Deletes the entries `names` that no other open tab uses; what cannot be deleted now is left. */
export async function deleteLeftLabs(names: readonly string[]): Promise<void> {
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
