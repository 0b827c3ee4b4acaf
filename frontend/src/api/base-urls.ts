/** URLs of the server: as set when the page was built, otherwise below the base path of the page. */
import { basePath } from '@/lib/base-path'

const { VITE_API_BASE_URL: apiBase = '', VITE_WS_BASE_URL: socketBase = '' } = import.meta.env

export function apiUrl(path: string): string {
  return `${withoutSlashes(apiBase === '' ? `${basePath}/api` : apiBase)}${path}`
}

/** The absolute URL of a signed URL, which is relative to the server. */
export function signedUrl(url: string): string {
  return apiBase === '' ? url : new URL(url, new URL(apiBase, location.href)).href
}

export function socketUrl(path: string): string {
  return `${withoutSlashes(socketBase === '' ? ownSocketBase() : socketBase)}${path}`
}

/** The base URL of the API for programs, with its origin. */
export function programsUrl(): string {
  return new URL('v1', new URL(apiUrl(''), location.href)).href
}

function ownSocketBase(): string {
  const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:'
  return `${scheme}//${location.host}${basePath}`
}

function withoutSlashes(url: string): string {
  return url.replace(/(?<!\/)\/+$/, '')
}
