import { lookup } from 'node:dns/promises'
import { connect, isIP } from 'node:net'
import { type ConnectionOptions, connect as connectTls, type PeerCertificate, type TLSSocket } from 'node:tls'
import { type Call, shorten, within } from './call.ts'
import type { Steps } from './diagnosis.ts'
import { explain, ownWords } from './explain.ts'

export interface ProbeTarget {
  readonly host: string
  readonly port: number
  /** Whether TLS is asked for; reads the files it needs, and may throw. */
  readonly tls: (() => ConnectionOptions) | null
  /** A login goes over this connection: then plain text beyond this machine is worth a warning. */
  readonly carriesLogin: boolean
}

const limits = { name: 3_000, tcp: 4_000, tls: 4_000, peek: 1_500, alert: 150 }
const soonMs = 30 * 86_400_000

/** Name, TCP and TLS of one address, up to the first that fails. Says nothing of its protocol to it. */
export async function probeAddress(steps: Steps, target: ProbeTarget, call: Call): Promise<boolean> {
  const tries = [tellName, tellTcp, tellTls]
  for (const attempt of tries) {
    await attempt(steps, target, call)
    if (call.signal.aborted) return false
    if (steps.failed) {
      steps.skip(['tcp', 'tls', 'sign-in'], 'Not tried: the step before failed')
      return false
    }
  }
  return true
}

const addressOf = ({ host, port }: ProbeTarget) =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`

function fail(steps: Steps, step: 'name' | 'tcp' | 'tls', error: unknown): void {
  const words = ownWords(error)
  steps.tell(step, 'failed', { ...explain(words), words })
}

async function tellName(steps: Steps, { host }: ProbeTarget, call: Call): Promise<void> {
  if (isIP(host)) {
    steps.ok('name', `${host} is an address: there is no name to look up`)
    return
  }
  try {
    const found = await within(shorten(call, limits.name), lookup(host, { all: true }))
    steps.ok('name', `${host} is ${found.map(({ address }) => address).join(', ')}`)
  } catch (error) {
    fail(steps, 'name', error)
  }
}

async function tellTcp(steps: Steps, target: ProbeTarget, call: Call): Promise<void> {
  const { host, port } = target
  const socket = connect({ host, port })
  const connected = new Promise<void>((resolve, reject) => {
    socket.once('connect', () => resolve())
    socket.once('error', reject)
  })
  try {
    await within(shorten(call, limits.tcp), connected)
    steps.ok('tcp', `${addressOf(target)} accepts connections`)
  } catch (error) {
    fail(steps, 'tcp', error)
  } finally {
    socket.destroy()
  }
}

async function tellTls(steps: Steps, target: ProbeTarget, call: Call): Promise<void> {
  if (target.tls === null) {
    const isOpen = target.carriesLogin && !isLoopback(target.host)
    if (!isOpen) {
      steps.tell('tls', 'skipped', { sentence: 'TLS is off' })
      return
    }
    const sentence = 'TLS is off: user name and password cross the network readable'
    steps.tell('tls', 'warning', { sentence, fix: 'Turn TLS on if the broker offers it.' })
    return
  }
  try {
    const facts = await shakeHands(target, target.tls(), shorten(call, limits.tls))
    tellCertificate(steps, facts)
  } catch (error) {
    const words = ownWords(error)
    // A port that takes the greeting of TLS and says nothing waits for a line of its own protocol.
    const isSilent = /did not answer in time/.test(words)
    const explanation = isSilent ? explain('wrong version number') : explain(words)
    const own = isSilent ? `No answer to the TLS greeting within ${limits.tls / 1000} s` : words
    steps.tell('tls', 'failed', { ...explanation, words: own })
  }
}

interface TlsFacts {
  readonly protocol: string
  readonly certificate: PeerCertificate
  /** OpenSSL's code when the certificate is not to be trusted. */
  readonly refusal: string | null
}

/** A handshake that is finished whatever the certificate is worth, so that it can be shown. */
function shakeHands(target: ProbeTarget, tls: ConnectionOptions, call: Call): Promise<TlsFacts> {
  const { host, port } = target
  let socket: TLSSocket | undefined
  const shaking = new Promise<TlsFacts>((resolve, reject) => {
    const name = isIP(host) ? {} : { servername: host }
    const opened = connectTls({ ...tls, ...name, host, port, rejectUnauthorized: false })
    socket = opened
    opened.once('error', reject)
    opened.once('close', () => reject(new Error('The connection was closed during the TLS handshake')))
    opened.once('secureConnect', () => {
      const facts: TlsFacts = {
        protocol: opened.getProtocol() ?? 'TLS',
        certificate: opened.getPeerCertificate(),
        refusal: opened.authorized ? null : codeOf(opened.authorizationError),
      }
      // With TLS 1.3 a server refuses a missing client certificate only after the handshake.
      setTimeout(() => resolve(facts), limits.alert)
    })
  })
  return within(call, shaking).finally(() => {
    socket?.on('error', () => undefined)
    socket?.destroy()
  })
}

function codeOf(error: unknown): string {
  if (error instanceof Error)
    return 'code' in error ? `${error.message} (${String(error.code)})` : error.message
  return String(error)
}

function tellCertificate(steps: Steps, { protocol, certificate, refusal }: TlsFacts): void {
  const untilMs = Date.parse(certificate.valid_to ?? '')
  const day = Number.isNaN(untilMs) ? 'an unknown day' : new Date(untilMs).toISOString().slice(0, 10)
  const shown = `certificate of ${subjectOf(certificate)}, issued by ${nameOf(certificate.issuer)}`
  if (refusal !== null) {
    const hasExpired = untilMs < Date.now()
    const { sentence, fix } = explain(hasExpired ? 'CERT_HAS_EXPIRED' : refusal)
    const when = hasExpired ? `: it was valid until ${day}` : ''
    steps.tell('tls', 'failed', { sentence: `${sentence}${when} (${shown})`, words: refusal, fix })
    return
  }
  const sentence = `${protocol}, ${shown}, valid until ${day}`
  const leftMs = untilMs - Date.now()
  if (leftMs < soonMs) {
    const days = Math.max(0, Math.floor(leftMs / 86_400_000))
    const fix = `It expires in ${days} ${days === 1 ? 'day' : 'days'}: renew it before.`
    steps.tell('tls', 'warning', { sentence, fix })
  } else steps.ok('tls', sentence)
}

function subjectOf(certificate: PeerCertificate): string {
  const own = nameOf(certificate.subject)
  const others = certificate.subjectaltname
  return others === undefined ? own : `${own} (${others.slice(0, 200)})`
}

function nameOf(subject: PeerCertificate['subject'] | undefined): string {
  const name = subject?.CN ?? subject?.O
  const first = Array.isArray(name) ? name[0] : name
  return first ?? 'an unnamed subject'
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host)
}

/** Whether a port that did not answer our protocol answers TLS. Asked only after a failure: a healthy broker hears nothing odd. */
export async function speaksTls(host: string, port: number, call: Call): Promise<boolean> {
  const target = { host, port, tls: null, carriesLogin: false }
  try {
    await shakeHands(target, {}, shorten(call, limits.peek))
    return true
  } catch (error) {
    // It wants a certificate from us: an alert is an answer in TLS.
    return /CERTIFICATE_REQUIRED|alert|HANDSHAKE_FAILURE/i.test(codeOf(error))
  }
}
