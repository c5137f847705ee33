import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { requireProgram, runProgram } from './run.ts'
import { brokersRoot, withLock } from './store.ts'

/** The release that is started; its jars come from Maven Central. */
export const kafkaRelease = '4.3.1'

const libsFolder = join(brokersRoot, 'kafka-libs')
const tlsFolder = join(brokersRoot, 'kafka-tls')

/** Password of the development key store; it guards a self-signed loopback certificate. */
export const keystorePassword = 'changeit'

const dependencies = [
  ['org.apache.kafka', 'kafka_2.13', kafkaRelease],
  ['org.apache.kafka', 'kafka-tools', kafkaRelease],
  ['org.slf4j', 'slf4j-simple', '1.7.36'],
]

function describeProject(): string {
  const items = dependencies.map(
    ([group, artifact, version]) =>
      `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`,
  )
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>local</groupId><artifactId>kafka-dist</artifactId><version>1</version><packaging>pom</packaging>
<dependencies>${items.join('\n')}</dependencies></project>\n`
}

/** Folder with the server's jars; fetched once through Maven. */
export async function ensureKafkaJars(signal?: AbortSignal): Promise<string> {
  const folder = join(libsFolder, kafkaRelease)
  if (existsSync(folder)) return folder
  return withLock(join(libsFolder, 'lock'), 300_000, async () => {
    if (existsSync(folder)) return folder
    const project = join(libsFolder, 'project')
    const partial = join(libsFolder, 'partial')
    rmSync(partial, { recursive: true, force: true })
    mkdirSync(project, { recursive: true })
    writeFileSync(join(project, 'pom.xml'), describeProject())
    const args = ['-q', '-B', 'dependency:copy-dependencies', `-DoutputDirectory=${partial}`]
    const options = { cwd: project, ...(signal === undefined ? {} : { signal }) }
    await runProgram(requireProgram('mvn'), args, options)
    renameSync(partial, folder)
    return folder
  })
}

/** Class path of the jars, in a fixed order (a class archive is only valid for the same order). */
export function listClassPath(folder: string): string {
  const jars = readdirSync(folder).filter((name) => name.endsWith('.jar'))
  return jars
    .sort()
    .map((name) => join(folder, name))
    .join(':')
}

/** Puts `ks.p12` and `ca.pem` for localhost into `dir`; the pair is made once and shared. */
export async function ensureKeyStore(dir: string): Promise<void> {
  await withLock(join(tlsFolder, 'lock'), 60_000, async () => {
    if (!existsSync(join(tlsFolder, 'ca.pem'))) await makeKeyStore()
  })
  for (const name of ['ks.p12', 'ca.pem']) copyFileSync(join(tlsFolder, name), join(dir, name))
}

async function makeKeyStore(): Promise<void> {
  const keytool = requireProgram('keytool')
  const store = join(tlsFolder, 'ks.p12')
  rmSync(store, { force: true })
  const access = ['-alias', 'k', '-keystore', store, '-storepass', keystorePassword]
  const key = ['-keyalg', 'EC', '-groupname', 'secp256r1', '-validity', '3650', '-storetype', 'PKCS12']
  const names = ['-dname', 'CN=localhost', '-ext', 'san=dns:localhost,ip:127.0.0.1']
  await runProgram(keytool, ['-genkeypair', ...access, ...key, ...names])
  const partial = join(tlsFolder, 'ca.partial')
  await runProgram(keytool, ['-exportcert', '-rfc', ...access, '-file', partial])
  renameSync(partial, join(tlsFolder, 'ca.pem'))
}
