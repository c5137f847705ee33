import { BrokerError, type ManageFacet } from '../contract/index.ts'
import { type Context, keyOf, unsupportedType } from './context.ts'
import { expectReply, textOf } from './reply.ts'

const removeScript = `
if redis.call('TYPE', KEYS[1]).ok == 'none' then return 'gone' end
if redis.call('XLEN', KEYS[1]) > 0 then return 'entries' end
if #redis.call('XINFO', 'GROUPS', KEYS[1]) > 0 then return 'groups' end
redis.call('DEL', KEYS[1])
return 'removed'`

/** Lists and channels exist only while they hold or are heard, so there is nothing to create or remove. */
export function openManage(context: Context): ManageFacet {
  return {
    ensure: async (ref, call) => {
      const key = keyOf(context, ref)
      if (ref.type === 'channel') return
      if (ref.type !== 'stream' && ref.type !== 'list') throw unsupportedType(ref, 'created')
      const [reply] = await context.link.run(key, [['TYPE', key]], call)
      const type = textOf(reply)
      if (type === ref.type || (type === 'none' && ref.type === 'list')) return
      if (type !== 'none') throw new BrokerError('conflict', `${ref.name} exists as a ${type}`)
      // A group made and destroyed leaves an empty stream behind, with no entry ever added.
      const group = 'signalbox-ensure'
      const replies = await context.link.run(
        key,
        [
          ['MULTI'],
          ['XGROUP', 'CREATE', key, group, '$', 'MKSTREAM'],
          ['XGROUP', 'DESTROY', key, group],
          ['EXEC'],
        ],
        call,
      )
      for (const one of replies) expectReply(one)
    },
    removeEmpty: async (ref, call) => {
      const key = keyOf(context, ref)
      if (ref.type !== 'stream') return
      const [reply] = await context.link.run(key, [['EVAL', removeScript, 1, key]], call)
      const answer = textOf(reply)
      if (answer === 'entries' || answer === 'groups')
        throw new BrokerError('conflict', `${ref.name} is not empty: it still has ${answer}`)
    },
  }
}
