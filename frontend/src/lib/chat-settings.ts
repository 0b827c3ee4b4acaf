/** What a person may set for one chat. */
export interface ChatSettings {
  /** Null: the server's choice. */
  model: string | null
  /** Empty: the server's own. */
  systemPrompt: string
  temperature: number
}
