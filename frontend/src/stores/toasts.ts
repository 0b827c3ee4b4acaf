import { create } from 'zustand'

interface Toast {
  id: number
  text: string
  tone: 'plain' | 'error'
  action?: { label: string; run: () => void }
}

interface Toasts {
  toasts: Toast[]
  show: (toast: Omit<Toast, 'id'>) => void
  dismiss: (id: number) => void
}

const MAX_SHOWN = 3
let lastId = 0

export const useToasts = create<Toasts>()((set) => ({
  toasts: [],
  show: (toast) => {
    lastId += 1
    const shown = { ...toast, id: lastId }
    set(({ toasts }) => ({ toasts: [...toasts, shown].slice(-MAX_SHOWN) }))
  },
  dismiss: (id) => set(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) })),
}))
