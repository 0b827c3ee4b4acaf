/** The draft of a new chat: each tab has its own, or takes over the draft of a tab that was closed or has crashed. */
import { runExclusively } from '@/lib/browser/exclusive'
import { openTabIds, tabId } from '@/lib/browser/tab'
import {
  addToDraftAttachments,
  attachmentDraftKeys,
  draftAttachments,
  saveDraftAttachments,
} from '@/stores/draft-attachments'
import { draftKeys, draftText, saveDraft, NEW_CHAT } from '@/stores/drafts'

const TAB_PREFIX = `${NEW_CHAT}:`

/** The key of this tab's draft. */
export function newChatKey(): string {
  const tab = tabId()
  return tab === null ? NEW_CHAT : TAB_PREFIX + tab
}

/** Takes over the first draft that has no open tab, if this tab has none. */
export async function adoptDraft(): Promise<void> {
  const own = newChatKey()
  if (own === NEW_CHAT) return
  await runExclusively('adopt-draft', async () => {
    const open = await openTabIds()
    const orphan = [...draftKeys(), ...attachmentDraftKeys()].find(
      (key) => key === NEW_CHAT || (key.startsWith(TAB_PREFIX) && !open.has(key.slice(TAB_PREFIX.length))),
    )
    if (orphan === undefined || draftText(own) !== '' || draftAttachments(own).length > 0) return
    saveDraft(own, draftText(orphan))
    // This draft must name them before the other one releases them.
    addToDraftAttachments(own, draftAttachments(orphan))
    saveDraft(orphan, '')
    saveDraftAttachments(orphan, [])
  })
}
