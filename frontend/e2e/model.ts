/** The fake model server: answers wait at a gate until a test lets their words through. */
import { randomUUID } from 'node:crypto'

export const MODEL_URL = process.env['E2E_MODEL_CONTROL_URL'] ?? 'http://127.0.0.1:8001'

export interface Gate {
  /** Goes before a question. */
  knob: string
  /** Lets so many more words through. */
  open: (words: number) => Promise<void>
}

export function newGate(): Gate {
  const gate = randomUUID()
  return {
    knob: `[[gate=${gate}]]`,
    open: (words) => control({ open: words, gate }),
  }
}

/** How all questions are answered from now on; without knobs as usual. For who is alone with the server. */
export async function scriptModel(script: { text?: string; rate?: number }): Promise<void> {
  await control({ script })
}

/** Keys that the service does not take. */
export async function refuseKeys(keys: string[]): Promise<void> {
  await control({ refused_keys: keys })
}

async function control(body: object): Promise<void> {
  const response = await fetch(`${MODEL_URL}/control`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`the model was not told: ${response.status}`)
}
