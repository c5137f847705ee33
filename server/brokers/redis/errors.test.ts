import { describe, expect, it } from 'vitest'
import { isLoss, toBrokerError } from './errors.ts'

describe('errors of Redis', () => {
  it.each([
    ['NOAUTH Authentication required.', 'auth_failed'],
    ['WRONGPASS invalid username-password pair or user is disabled.', 'auth_failed'],
    ["NOPERM this user has no permissions to run the 'xadd' command", 'forbidden'],
    ["READONLY You can't write against a read only replica.", 'forbidden'],
    ['NOGROUP No such consumer group', 'not_found'],
    ['ERR no such key', 'not_found'],
    ['ERR DB index is out of range', 'not_found'],
    ['WRONGTYPE Operation against a key holding the wrong kind of value', 'conflict'],
    ["OOM command not allowed when used memory > 'maxmemory'.", 'throttled'],
    ["CROSSSLOT Keys in request don't hash to the same slot", 'unsupported'],
    ['All keys in the pipeline should belong to the same slots allocation group', 'unsupported'],
    ['LOADING Redis is loading the dataset in memory', 'unreachable'],
    ['CLUSTERDOWN The cluster is down', 'unreachable'],
    ['Connection is closed.', 'unreachable'],
    ['connect ECONNREFUSED 127.0.0.1:6379', 'unreachable'],
    ['self-signed certificate', 'unreachable'],
    ['ERR something new', 'protocol'],
  ])('%s is %s, in its own words', (message, code) => {
    expect(toBrokerError(new Error(message))).toMatchObject({ code, message })
  })

  it('drops the arguments the server repeats and the command the client attaches', () => {
    const error = Object.assign(
      new Error("ERR unknown command 'AUTH', with args beginning with: 'hunter2' "),
      {
        command: { name: 'auth', args: ['hunter2'] },
      },
    )
    const mapped = toBrokerError(error)
    expect(mapped.code).toBe('unsupported')
    expect(`${mapped.message} ${JSON.stringify(mapped)} ${String(mapped.cause)}`).not.toContain('hunter2')
  })

  it('doubts a lost connection and not a refusal', () => {
    expect(isLoss(toBrokerError(new Error('Connection is closed.')))).toBe(true)
    expect(isLoss(toBrokerError(new Error('CLUSTERDOWN The cluster is down')))).toBe(false)
    expect(isLoss(toBrokerError(new Error('OOM command not allowed')))).toBe(false)
  })
})
