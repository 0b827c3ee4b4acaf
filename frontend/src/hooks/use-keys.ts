import { useMutation, useQueryClient } from '@tanstack/react-query'
import { createKey, deleteKey, keysQuery } from '@/api/keys'

export function useCreateKey() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: createKey,
    onSettled: () => client.invalidateQueries({ queryKey: keysQuery.queryKey }),
  })
}

export function useDeleteKey() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: deleteKey,
    onSettled: () => client.invalidateQueries({ queryKey: keysQuery.queryKey }),
  })
}
