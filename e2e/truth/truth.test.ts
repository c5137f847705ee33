import { expect, test } from 'vitest'
import { openLab } from './open-lab.ts'
import { runLab } from './run.ts'

/** Ten minutes of the same, with every broker and the console restarted: `npm run soak:truth`. */
test('a minute under load: no number is wrong, none is old without saying so', {
  timeout: 240_000,
  retry: 0,
}, async () => {
  const said: string[] = []
  const { lab, close } = await openLab({
    seconds: 60,
    disturbEverySeconds: 3,
    restartEverySeconds: 25,
    say: (line) => said.push(line),
  })
  try {
    const report = await runLab(lab)
    expect(report.findings, said.join('\n')).toEqual([])
    for (const metric of [
      'rabbitmq depth',
      'rabbitmq inRate',
      'kafka depth',
      'kafka inRate',
      'kafka lag',
      'redis depth',
      'redis lag',
    ])
      expect(report.compared[metric] ?? 0, `${metric} was compared`).toBeGreaterThan(10)
  } finally {
    await close()
  }
})
