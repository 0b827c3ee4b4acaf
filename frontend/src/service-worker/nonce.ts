const POLICY = 'Content-Security-Policy'
const NONCE = /'nonce-([\w-]+)'/

/** The page with a fresh nonce in its policy and its text; as on the server, no nonce is used twice. */
export async function withFreshNonce(page: Response): Promise<Response> {
  const policy = page.headers.get(POLICY)
  const [, used] = NONCE.exec(policy ?? '') ?? []
  if (policy === null || used === undefined) return page
  const fresh = crypto.randomUUID().replaceAll('-', '')
  const headers = new Headers(page.headers)
  headers.set(POLICY, policy.replaceAll(used, fresh))
  return new Response((await page.text()).replaceAll(used, fresh), { headers })
}
