// Ten minutes of the truth test, with every broker and the console restarted, and its report: npm run soak:truth [seconds]
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { openLab } from '../e2e/truth/open-lab.ts'
import { type Report, runLab } from '../e2e/truth/run.ts'

const seconds = Number(process.argv[2] ?? 600)
if (!Number.isInteger(seconds) || seconds < 30)
  throw new Error('soak:truth takes a number of seconds, 30 or more')
const { lab, close } = await openLab({
  seconds,
  disturbEverySeconds: 4,
  restartEverySeconds: 60,
  say: (line) => console.log(line),
})
try {
  const report = await runLab(lab)
  const path = join(import.meta.dirname, '../docs/truth.md')
  writeFileSync(path, pageOf(report))
  console.log(`${report.findings.length} findings; the report is in docs/truth.md`)
  if (report.findings.length > 0) process.exitCode = 1
} finally {
  await close()
}

function pageOf({ seconds, compared, unknownExplained, unasked, faults, findings }: Report): string {
  const total = Object.values(compared).reduce((sum, count) => sum + count, 0)
  const of = (kind: string) => findings.filter((finding) => finding.kind === kind).length
  return `# The truth test

Every second the console is asked for depth, lag and rates of what plain clients fill and empty, and each number is
compared with what those clients know themselves: confirmed publishes and acknowledgements (RabbitMQ), positions they
ask the broker for (Kafka, Redis). A count must have been true at a moment it may stand for; a rate must be what the
count grew by over a stretch as long as samples are apart; a value older than its quality allows must say so; unknown
needs a cause. Meanwhile workers slow down and speed up, readers join and leave, logs are trimmed, a queue, a topic and
a stream are deleted and made again, and each broker and the console are stopped and started in turn.
\`npm test\` runs a minute of it; \`npm run soak:truth\` writes this page. Code: \`e2e/truth/\`.

Last run: ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC, ${seconds} s, ${cpus().length} processors, ${process.version}.

| | |
| --- | --- |
| numbers compared | ${total} |
| wrong | ${of('wrong')} |
| old without saying so | ${of('stale')} |
| unknown without a cause | ${of('unknown')} |
| unknown, with its cause going on or just over | ${unknownExplained} |
| questions unanswered while the console was down | ${unasked} |

| number | compared |
| --- | --- |
${Object.entries(compared)
  .sort()
  .map(([name, count]) => `| ${name} | ${count} |`)
  .join('\n')}

## What was done meanwhile

| second | to | what |
| --- | --- | --- |
${faults.map(({ atSecond, subject, what }) => `| ${atSecond} | ${subject === '*' ? 'console' : subject} | ${what} |`).join('\n')}
${findings.length === 0 ? '' : `\n## Findings\n\n| second | kind | number | detail |\n| --- | --- | --- | --- |\n${findings.map((one) => `| ${one.atSecond} | ${one.kind} | ${one.subject} ${one.metric} | ${one.detail} |`).join('\n')}\n`}`
}
