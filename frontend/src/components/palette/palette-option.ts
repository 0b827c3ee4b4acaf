import type { LucideIcon } from 'lucide-react'
import type { ConversationSummary, SearchHit } from '@/types/api'

/** An entry of the palette and its action. */
export type PaletteOption = { id: string; run: () => void } & (
  | { kind: 'command'; text: string; Icon: LucideIcon; caps?: string[] }
  | { kind: 'conversation'; conversation: ConversationSummary }
  | { kind: 'hit'; hit: SearchHit }
)

export interface PaletteGroup {
  heading: string
  options: PaletteOption[]
}
