// amqplib stays external because the driver replaces its field-table codec before it first loads; the
// N-API packages because Turbopack cannot place a node addon in an ESM chunk.
/** @type {import('next').NextConfig} */
const config = {
  typedRoutes: true,
  reactStrictMode: true,
  poweredByHeader: false,
  images: { unoptimized: true },
  serverExternalPackages: ['amqplib', 'kafkajs', '@platformatic/kafka', 'ioredis', '@node-rs/crc32'],
}

export default config
