import { request } from '@/api/client'
import type { Language } from '@/lib/language'

export type ExportFormat = 'markdown' | 'json'

export async function exportConversation(
  id: string,
  format: ExportFormat,
  language: Language,
): Promise<Blob> {
  const path = `/conversations/${encodeURIComponent(id)}/export?format=${format}&language=${language}`
  return request({ path, isFile: true })
}

/** All conversations of the signed-in user as one JSON file. */
export async function exportAll(): Promise<Blob> {
  return request({ path: '/export', isFile: true })
}
