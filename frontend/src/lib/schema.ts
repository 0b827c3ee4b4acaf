/** Zod's small edition, of which a page loads only the parts that it uses: every page checks what the browser stored. */
import * as z from 'zod/mini'

// Zod's faster parser generates code at run time, which the security policy of the page forbids.
z.config({ jitless: true })

export { z }
