/** Zod's small edition, for schemas that every page loads; `schema.ts` has the full one for forms. */
import * as z from 'zod/mini'

// Zod's faster parser generates code at run time, which the security policy of the page forbids.
z.config({ jitless: true })

export { z }
