declare const self: ServiceWorkerGlobalScope

/** The URL below which this service worker serves pages: its own folder, which is also the first page. */
export const SCOPE = new URL('.', self.location.href)
