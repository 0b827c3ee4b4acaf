/** The fake model server: answers wait at a gate until a test lets their words through. */
import { randomUUID } from 'node:crypto'

const controlUrl = process.env['E2E_MODEL_CONTROL_URL'] ?? 'http://127.0.0.1:8001'

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
    open: async (words) => {
      const response = await fetch(`${controlUrl}/control`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ open: words, gate }),
      })
      if (!response.ok) throw new Error(`the gate did not open: ${response.status}`)
    },
  }
}
