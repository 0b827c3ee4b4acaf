import { useQuery } from '@tanstack/react-query'
import { modelsQuery } from '@/api/models'
import { modelOf } from '@/lib/models/model-choice'
import type { Model } from '@/types/api'

/** The model with this id, or the server's default model for null; undefined until the models are loaded. */
export function useModel(id: string | null): Model | undefined {
  const { data } = useQuery(modelsQuery)
  return data && modelOf(id, data)
}
