import { useQuery } from '@tanstack/react-query'
import { modelsQuery } from '@/api/models'
import { modelOf, visionReplacement } from '@/lib/models/model-choice'
import { isImage, type Upload } from '@/lib/outbox/upload'
import type { Model } from '@/types/api'

/**
 * The name of the chosen model if it is blind and the message has images, and another model, which sees them. `model`
 * is null for the server's default model.
 */
export function useBlindModel(
  model: string | null,
  uploads: readonly Upload[],
): { name: string; other: Model | undefined } | null {
  const { data } = useQuery(modelsQuery)
  if (!data || !uploads.some(isImage)) return null
  const chosen = modelOf(model, data)
  if (chosen?.vision !== false) return null
  return { name: chosen.name, other: visionReplacement(chosen.id, data) }
}
