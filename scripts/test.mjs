import { runTests } from './test-support/run-tests.ts'

runTests(process.argv.slice(2)).catch((error) => {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
})
