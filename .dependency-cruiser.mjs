/**
 * Who may import whom. The table stands in docs/ARCHITECTURE.md; every rule is an error. Packages are named by
 * `(^|/)node_modules/<name>/`, wherever they resolve.
 */
const packages = (...names) => `(^|/)node_modules/(${names.join('|')})/`
const brokerClients = [
  'amqplib',
  'kafkajs',
  '@platformatic/kafka',
  '@platformatic/wasm-utils',
  'ioredis',
  'lz4-napi',
  'snappy',
]
const anyPackage = '(^|/)node_modules/'
const tests = '\\.test\\.tsx?$|(^|/)testing/'

/** @param {string} name @param {string} comment @param {object} from @param {object} to */
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to })

const engines = '^server/(commands|alerts|replays|dead-letters|messages|status|sampler|series)/'
const drivers = '^server/brokers/(?!contract/|testing/)([^/]+)/'

/** An engine may import itself and those further down, never up. */
const order = [
  ['commands', 'alerts', 'status', 'sampler', 'series'],
  ['alerts', 'commands', 'status', 'sampler', 'series'],
  ['replays', 'commands', 'alerts', 'status', 'sampler', 'series'],
  ['dead-letters', 'commands', 'alerts', 'replays', 'status', 'sampler', 'series'],
  ['messages', 'commands', 'alerts', 'replays', 'dead-letters', 'status', 'sampler', 'series'],
  ['status', 'commands', 'alerts', 'replays', 'messages'],
  ['sampler', 'commands', 'alerts', 'replays', 'messages', 'status'],
  ['series', 'commands', 'alerts', 'replays', 'dead-letters', 'messages', 'status', 'sampler'],
]

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    forbid(
      'no-cycles',
      'Modules stand in one order.',
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    ),
    forbid('no-unresolved', 'An import that leads nowhere.', {}, { couldNotResolve: true }),

    forbid(
      'lib-is-isomorphic',
      'lib never sees server, app, components or scripts.',
      { path: '^lib/' },
      { path: '^(server|app|components|scripts|e2e|bench)/' },
    ),
    forbid(
      'lib-without-node',
      'lib runs in the browser too.',
      { path: '^lib/', pathNot: tests },
      { dependencyTypes: ['core'] },
    ),
    forbid(
      'lib-packages',
      'lib takes zod; lib/queries also react-query; lib/api/openapi also zod-openapi.',
      { path: '^lib/', pathNot: `^lib/queries/|^lib/api/openapi|${tests}` },
      { path: anyPackage, pathNot: packages('zod') },
    ),
    forbid(
      'lib-queries-packages',
      'lib/queries takes react-query and react.',
      { path: '^lib/queries/', pathNot: tests },
      {
        path: anyPackage,
        pathNot: packages('@tanstack/react-query', '@tanstack/query-core', 'react', '@types/react'),
      },
    ),
    forbid(
      'schemas-are-low',
      'Schemas and domain words know no API, queries or formats; verdicts are sentences and take formats.',
      { path: '^lib/(schemas/|domain/(?!status/))', pathNot: tests },
      { path: '^lib/(api|queries|format)/' },
    ),
    forbid(
      'status-is-pure',
      'Verdicts follow from facts alone.',
      { path: '^lib/domain/status/', pathNot: tests },
      { path: '^lib/(api|queries)/' },
    ),
    forbid(
      'zod-off-the-browser',
      'What the browser runs takes schemas and the table of operations by import type only.',
      { path: '^(lib/(api/client|queries/|format/)|components/)', pathNot: tests },
      {
        path: `^lib/(schemas/|api/(operations?|queries|openapi))|${packages('zod', 'zod-openapi')}`,
        dependencyTypesNot: ['type-only'],
      },
    ),

    forbid(
      'components-without-server',
      'Components reach the server through the API.',
      { path: '^components/' },
      { path: '^(server|app|scripts|e2e|bench)/' },
    ),
    forbid(
      'ui-knows-nothing',
      'Primitives know nothing of brokers or of fetching.',
      { path: '^components/ui/', pathNot: tests },
      { path: '^(components/(?!ui/)|lib/(?!format/))' },
    ),
    forbid(
      'charts-know-ui',
      'Charts take ui, formats, and schemas as types.',
      { path: '^components/charts/', pathNot: tests },
      { path: '^(components/(?!ui/|charts/)|lib/(?!format/|schemas/))' },
    ),
    forbid(
      'recharts-in-charts',
      'Only components/charts draws with recharts.',
      { pathNot: '^components/charts/' },
      { path: packages('recharts') },
    ),
    forbid(
      'features-through-their-index',
      'A feature takes another only through its index.',
      { path: '^components/features/([^/]+)/', pathNot: tests },
      { path: '^components/features/', pathNot: '^components/features/($1/|[^/]+/index\\.tsx?$)' },
    ),
    forbid(
      'features-without-shell',
      'The shell holds features, not the other way round.',
      { path: '^components/features/' },
      { path: '^components/shell/' },
    ),
    forbid(
      'shell-through-indexes',
      'The shell takes features only through their index.',
      { path: '^components/shell/' },
      { path: '^components/features/', pathNot: '^components/features/[^/]+/index\\.tsx?$' },
    ),

    forbid(
      'pages-are-thin',
      'A page or layout takes features, shell, lib, and the gate.',
      { path: '^app/.*(page|layout|loading|error|not-found|template)\\.tsx$' },
      { path: '^(server/(?!access/gate\\.ts$)|components/(?!features/|shell/|ui/))' },
    ),
    forbid(
      'routes-are-thin',
      'A route takes server/http, the runtime slot and lib/api: no driver, no SQL.',
      { path: '^app/.*route\\.ts$' },
      { path: '^(server/(?!http/index\\.ts$|runtime/slot\\.ts$)|components/|lib/(?!api/|domain/))' },
    ),
    forbid(
      'app-only-from-next',
      'Nothing imports a page or a route.',
      { pathNot: `^app/|${tests}` },
      { path: '^app/' },
    ),

    forbid(
      'server-without-ui',
      'The server draws nothing.',
      { path: '^server/' },
      { path: '^(components|app|lib/queries)/' },
    ),
    forbid(
      'http-imports',
      'server/http takes access, audit, log and lib.',
      { path: '^server/http/', pathNot: tests },
      { path: '^server/(?!http/|access/|audit/|log/)' },
    ),
    forbid(
      'access-imports',
      'Access takes the storage contract, config and log; its gate for pages also the runtime slot.',
      { path: '^server/access/', pathNot: `${tests}|^server/access/gate\\.ts$` },
      { path: '^server/(?!access/|storage/contract/|config/|log/)' },
    ),
    forbid(
      'foundations-are-low',
      'Config and log take lib alone.',
      { path: '^server/(config|log)/', pathNot: tests },
      { path: '^server/(?!config/|log/)' },
    ),
    forbid(
      'contract-is-low',
      'The broker contract knows nobody.',
      { path: '^server/brokers/contract/' },
      { path: '^server/(?!brokers/contract/)' },
    ),
    forbid(
      'drivers-stand-alone',
      'A driver takes the contract, lib and its own client: no sibling, storage, http or engine.',
      { path: `${drivers}`, pathNot: tests },
      { path: '^server/', pathNot: '^server/brokers/($1|contract)/' },
    ),
    forbid(
      'clients-in-their-driver',
      'Nobody but a driver imports a client library.',
      { path: '^(app|components|lib|server)/', pathNot: `${drivers}|${tests}` },
      { path: packages(...brokerClients) },
    ),
    forbid(
      'rabbitmq-client',
      'amqplib is the rabbitmq driver’s.',
      { path: '^server/brokers/(?!rabbitmq/)', pathNot: tests },
      { path: packages('amqplib') },
    ),
    forbid(
      'redis-client',
      'ioredis is the redis driver’s.',
      { path: '^server/brokers/(?!redis/)', pathNot: tests },
      { path: packages('ioredis') },
    ),
    forbid(
      'kafka-client',
      'The Kafka clients and codecs are the kafka driver’s.',
      { path: '^server/brokers/(?!kafka/)', pathNot: tests },
      { path: packages('kafkajs', '@platformatic/kafka', 'lz4-napi', 'snappy') },
    ),
    forbid(
      'engines-know-contracts',
      'An engine takes the contracts of brokers and storage, never a concrete one, http or the runtime.',
      { path: engines, pathNot: tests },
      { path: '^server/(brokers/(?!contract/)|storage/(?!contract/)|http/|runtime/|access/)' },
    ),
    ...order.map(([engine, ...above]) =>
      forbid(
        `engine-order-${engine}`,
        'Engines in one order: commands, alerts → replays → dead-letters → messages; status → sampler → series.',
        { path: `^server/${engine}/`, pathNot: tests },
        { path: `^server/(${above.join('|')})/` },
      ),
    ),
    forbid(
      'storage-imports',
      'A store takes its contract, the broker contract and log.',
      { path: '^server/storage/', pathNot: tests },
      { path: '^server/(?!storage/|brokers/contract/|log/|config/)' },
    ),
    forbid(
      'audit-imports',
      'Audit takes the storage contract and log.',
      { path: '^server/audit/', pathNot: tests },
      { path: '^server/(?!audit/|storage/contract/|log/)' },
    ),
    forbid(
      'sql-in-storage',
      'Only the store speaks SQL.',
      { path: '^(app|components|lib|server)/', pathNot: `^server/storage/|${tests}` },
      { path: `${packages('kysely')}|^node:sqlite$` },
    ),
    forbid(
      'runtime-alone-composes',
      'Only server/runtime names concrete drivers and storages.',
      { path: '^server/(?!runtime/|brokers/|storage/)', pathNot: tests },
      { path: `${drivers}|^server/brokers/registry\\.ts$|^server/storage/sqlite/` },
    ),
    forbid(
      'nobody-imports-the-runtime',
      'The runtime is reached through its slot, by routes and the gate.',
      { path: '^server/', pathNot: `^server/(runtime/|access/gate\\.ts$)|${tests}` },
      { path: '^server/runtime/' },
    ),
    forbid(
      'workers-without-server-only',
      'What a worker thread or a plain script imports runs outside Next.',
      { path: '^server/(brokers|storage|config|log|messages|dead-letters|replays)/' },
      { path: `${packages('server-only', 'next', 'react')}` },
    ),
    forbid(
      'e2e-speaks-http',
      'End-to-end tests import nothing of the product.',
      { path: '^e2e/' },
      { path: '^(app|components|lib|server)/' },
    ),
    forbid(
      'demo-is-plain',
      'The demo shows plain clients: nothing of the product in it.',
      { path: '^demo/', pathNot: tests },
      { path: '^(app|components|lib|server|e2e|bench)/' },
    ),
    forbid(
      'demo-stays-out',
      'The product knows nothing of the demo.',
      { path: '^(app|components|lib|server|scripts|bench)/' },
      { path: '^demo/' },
    ),
    forbid(
      'tests-stay-out',
      'The product imports no test support.',
      { path: '^(app|components|lib|server)/', pathNot: tests },
      { path: `${tests}|^(e2e|bench|scripts)/` },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)\\.next/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json', '.css'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
}
