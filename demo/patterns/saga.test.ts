import { expect, it } from 'vitest'
import { CompensationError, runSaga, type SagaEvent, type Step } from './saga.ts'

/** Three steps that write down what they did; `failing` ones throw instead. */
function makeSteps(failing: readonly string[]): { steps: Step<string>[]; did: string[] } {
  const did: string[] = []
  const act = async (what: string) => {
    if (failing.includes(what)) throw new Error(`${what} failed`)
    did.push(what)
  }
  const step = (name: string): Step<string> => ({
    name,
    run: () => act(name),
    undo: () => act(`undo ${name}`),
  })
  return { steps: [step('stock'), step('credit'), { name: 'freight', run: () => act('freight') }], did }
}

async function play(failing: readonly string[]) {
  const { steps, did } = makeSteps(failing)
  const events: string[] = []
  const record = async ({ step, what }: SagaEvent) => void events.push(`${step} ${what}`)
  const end = await runSaga(steps, 'order', record).catch((error: unknown) => error)
  return { end, did, events }
}

it('runs the steps in order and writes each down', async () => {
  const { end, did, events } = await play([])
  expect(end).toEqual({ ok: true })
  expect(did).toEqual(['stock', 'credit', 'freight'])
  expect(events).toEqual(['stock done', 'credit done', 'freight done'])
})

it('takes back in reverse what was done before the one that failed', async () => {
  const { end, did, events } = await play(['freight'])
  expect(end).toMatchObject({ ok: false, step: 'freight', error: { message: 'freight failed' } })
  expect(did).toEqual(['stock', 'credit', 'undo credit', 'undo stock'])
  expect(events).toEqual(['stock done', 'credit done', 'freight failed', 'credit undone', 'stock undone'])
})

it('takes nothing back when the first fails', async () => {
  const { did, events } = await play(['stock'])
  expect(did).toEqual([])
  expect(events).toEqual(['stock failed'])
})

it('stops at what cannot be taken back, and says which', async () => {
  const { end, did } = await play(['freight', 'undo credit'])
  expect(end).toBeInstanceOf(CompensationError)
  expect(end).toMatchObject({ message: 'credit could not be taken back' })
  expect(did).toEqual(['stock', 'credit'])
})
