declare const self: ServiceWorkerGlobalScope

/** The URL below which this service worker serves pages: that of its own folder, and of the first page. */
export const SCOPE = new URL('.', self.location.href)
