import type { Conversation } from '@/types/api'

export type ChosenEffort = Conversation['reasoning_effort']

export interface ChatSettings {
  /** Null means the server's default. */
  model: string | null
  /** Empty: the server's own. */
  systemPrompt: string
  temperature: number
  /** Empty: the model's default. */
  effort: ChosenEffort
}

/** The settings in the sheet: the effort is chosen below the composer. */
export type SheetSettings = Omit<ChatSettings, 'effort'>
