/** What a person may set for one chat. */
export interface ChatSettings {
  /** Null means the server's default. */
  model: string | null
  /** Empty: the server's own. */
  systemPrompt: string
  temperature: number
}
