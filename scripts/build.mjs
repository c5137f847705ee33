// Builds when the sources changed since the last build. Started through scripts/boot.mjs.
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, isBuildFresh } from './start-support/build.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
if (isBuildFresh(root)) console.log('the build is fresh')
else await build(root)
