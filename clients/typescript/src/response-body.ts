/** Bodies of responses: the server sends JSON, anything else comes from a proxy (docs/protocol.md: P-9.8). */
export interface Refusal {
  code: string
  error: string
}

/** The JSON object in the body; null if the body is something else. */
export async function readObject(response: Response): Promise<object | null> {
  if (!response.headers.get('Content-Type')?.toLowerCase().startsWith('application/json')) return null
  try {
    const body: unknown = await response.json()
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? body : null
  } catch {
    return null
  }
}

/** Why the server refuses; null if the body is not from the server. */
export async function readRefusal(response: Response): Promise<Refusal | null> {
  const body = await readObject(response)
  const { code, error } = (body ?? {}) as Partial<Refusal>
  return typeof code === 'string' && typeof error === 'string' ? { code, error } : null
}
