/** Controls the fake model server: an answer waits at a gate until the test releases its words. */
import { randomUUID } from 'node:crypto'

export const MODEL_URL = process.env['E2E_MODEL_CONTROL_URL'] ?? 'http://127.0.0.1:8001'

export interface Gate {
  name: string
  /** Text to put before a question. */
  knob: string
  /** Releases this many more words. */
  open: (words: number) => Promise<void>
}

export function newGate(): Gate {
  const name = randomUUID()
  return {
    name,
    knob: `[[gate=${name}]]`,
    open: (words) => control({ open: words, gate: name }),
  }
}

/** Sets the answer to all questions from now on; `{}` restores the default. Only for tests that run alone. */
export async function scriptModel(script: {
  text?: string
  rate?: number
  reasoning?: number
  fail?: number
  retry_after?: string
  gate?: string
  keep_alive?: number
}): Promise<void> {
  await control({ script })
}

/** Makes the service reject these keys. */
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
