const loopbackHost = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i

/**
 * Whether a write may come from here. A browser says where its page is from (`Sec-Fetch-Site`, `Origin`): it
 * must be this console, by its configured address, or by the loopback name it was opened under (a foreign
 * name that resolves to loopback is not one). A program that sends neither is judged by its token alone.
 */
export function isTrustedOrigin(request: Request, publicUrl: string | null): boolean {
  const site = request.headers.get('sec-fetch-site')
  if (site !== null && site !== 'same-origin' && site !== 'none') return false
  const origin = request.headers.get('origin')
  if (origin === null) return true
  if (publicUrl !== null && origin === new URL(publicUrl).origin) return true
  const host = request.headers.get('host') ?? ''
  return loopbackHost.test(host) && origin.toLowerCase() === `http://${host.toLowerCase()}`
}
