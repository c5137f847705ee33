import { createServer } from 'node:net'

/** @param {string} host @param {number} port @returns {Promise<number | null>} the port (a free one for 0), or null when taken */
function tryPort(host, port) {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error) => {
      if ('code' in error && error.code === 'EADDRINUSE') resolve(null)
      else reject(new Error(`Cannot listen on ${host}:${port}: ${error.message}`))
    })
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port))
    })
  })
}

/**
 * The port to listen on: the asked one, else the next free one when only the default is taken.
 * @param {string} host @param {number} port @param {boolean} isDefault
 * @throws when an explicitly asked port is taken
 */
export async function choosePort(host, port, isDefault) {
  for (let candidate = port; candidate < port + (isDefault ? 100 : 1); candidate += 1) {
    const free = await tryPort(host, candidate)
    if (free !== null) return free
  }
  throw new Error(
    isDefault
      ? `The ports ${port} to ${port + 99} on ${host} are all taken. Set PORT to a free one.`
      : `Port ${port} on ${host} is taken. Stop what listens there, or set PORT to another.`,
  )
}
