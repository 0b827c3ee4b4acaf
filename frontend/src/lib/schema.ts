/** Zod's small edition, which bundles only the parts in use: every page checks stored entries when it loads. */
import * as z from 'zod/mini'

// Zod's faster parser generates code at run time, which the security policy of the page forbids.
z.config({ jitless: true })

export { z }
