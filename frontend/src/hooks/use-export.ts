import { useMutation } from '@tanstack/react-query'
import { exportAll, exportConversation, type ExportFormat } from '@/api/exports'
import { localDate } from '@/lib/date-groups'
import { saveFile } from '@/lib/save-file'
import { usePreferences } from '@/stores/preferences'
import type { ConversationSummary } from '@/types/api'

/** Saves a conversation as a file. */
export function useExportConversation({ id, title }: ConversationSummary) {
  return useMutation({
    mutationFn: (format: ExportFormat) => exportConversation(id, format, usePreferences.getState().language),
    onSuccess: (file, format) => saveFile(file, title, format === 'json' ? 'json' : 'md'),
  })
}

/** Saves all conversations as one file with today's date in its name. */
export function useExportAll() {
  return useMutation({
    mutationFn: exportAll,
    onSuccess: (file) => saveFile(file, `ai-chat ${localDate(new Date())}`, 'json'),
  })
}
