import { create } from 'zustand'

interface Toast {
  id: number
  text: string
  tone: 'plain' | 'error'
  action?: { label: string; run: () => void } | undefined
}

const MAX_SHOWN = 3
let lastId = 0

export const useToasts = create<{ toasts: Toast[] }>()(() => ({ toasts: [] }))

export function showToast(text: string, action?: Toast['action']): void {
  addToast({ text, tone: 'plain', action })
}

export function showErrorToast(text: string): void {
  addToast({ text, tone: 'error' })
}

export function dismissToast(id: number): void {
  useToasts.setState(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) }))
}

function addToast(toast: Omit<Toast, 'id'>): void {
  lastId += 1
  const shown = { ...toast, id: lastId }
  useToasts.setState(({ toasts }) => ({ toasts: [...toasts, shown].slice(-MAX_SHOWN) }))
}
