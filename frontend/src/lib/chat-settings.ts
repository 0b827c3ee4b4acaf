import type { Conversation } from '@/types/api'

export type ChosenEffort = Conversation['reasoning_effort']

/** What a person may set for one chat. */
export interface ChatSettings {
  /** Null means the server's default. */
  model: string | null
  /** Empty: the server's own. */
  systemPrompt: string
  temperature: number
  /** Empty: as the model does by itself. */
  effort: ChosenEffort
}
