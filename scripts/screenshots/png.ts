import { crc32, deflateSync, inflateSync } from 'node:zlib'

/** Opaque pixels, three bytes each. */
export interface Picture {
  readonly width: number
  readonly height: number
  readonly rgb: Uint8Array
}

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

/** Reads what a browser writes: 8 bits a channel, RGB or RGBA, not interlaced. Transparency is not kept. */
export function readPng(file: Buffer): Picture {
  if (!file.subarray(0, 8).equals(signature)) throw new Error('This is no PNG')
  const data: Buffer[] = []
  let head: Buffer | null = null
  for (let at = 8; at + 8 <= file.length; ) {
    const length = file.readUInt32BE(at)
    const type = file.toString('latin1', at + 4, at + 8)
    const body = file.subarray(at + 8, at + 8 + length)
    if (type === 'IHDR') head = body
    if (type === 'IDAT') data.push(body)
    at += 12 + length
  }
  if (head === null) throw new Error('This PNG has no head')
  const [width, height] = [head.readUInt32BE(0), head.readUInt32BE(4)]
  const [depth, colour, , , interlaced] = head.subarray(8)
  const channels = colour === 2 ? 3 : colour === 6 ? 4 : 0
  if (depth !== 8 || channels === 0 || interlaced !== 0) throw new Error('This form of PNG is not read here')
  return { width, height, rgb: unfilter(inflateSync(Buffer.concat(data)), width, height, channels) }
}

function unfilter(raw: Buffer, width: number, height: number, channels: number): Uint8Array {
  const stride = width * channels
  const rgb = new Uint8Array(width * height * 3)
  let above = new Uint8Array(stride)
  for (let y = 0; y < height; y++) {
    const start = y * (stride + 1)
    const filter = raw[start]
    const line = new Uint8Array(raw.subarray(start + 1, start + 1 + stride))
    for (let x = 0; x < stride; x++) {
      const left = x >= channels ? (line[x - channels] ?? 0) : 0
      const up = above[x] ?? 0
      const corner = x >= channels ? (above[x - channels] ?? 0) : 0
      line[x] = (line[x] ?? 0) + predict(filter ?? 0, left, up, corner)
    }
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++) rgb[(y * width + x) * 3 + c] = line[x * channels + c] ?? 0
    above = line
  }
  return rgb
}

function predict(filter: number, left: number, up: number, corner: number): number {
  if (filter === 1) return left
  if (filter === 2) return up
  if (filter === 3) return (left + up) >> 1
  if (filter !== 4) return 0
  const guess = left + up - corner
  const [byLeft, byUp, byCorner] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)]
  if (byLeft <= byUp && byLeft <= byCorner) return left
  return byUp <= byCorner ? up : corner
}

interface Colour {
  readonly value: number
  readonly count: number
}

const channel = (value: number, c: number) => (value >> (16 - 8 * c)) & 0xff

/** At most 256 colours. The commonest stay exact (an interface is mostly flat), the rest by median cut. */
export function choosePalette(counts: ReadonlyMap<number, number>): number[] {
  const colours = [...counts].map(([value, count]) => ({ value, count }))
  if (colours.length <= 256) return colours.map(({ value }) => value)
  colours.sort((a, b) => b.count - a.count || a.value - b.value)
  const exact = colours.slice(0, 96).map(({ value }) => value)
  let boxes: Colour[][] = [colours.slice(96)]
  while (exact.length + boxes.length < 256) {
    const widest = boxes
      .map(widthOf)
      .reduce((best, at, i, all) => (at.width > (all[best]?.width ?? 0) ? i : best), 0)
    const box = boxes[widest]
    if (!box || widthOf(box).width === 0) break
    boxes = [...boxes.slice(0, widest), ...boxes.slice(widest + 1), ...cut(box)]
  }
  return [...new Set([...exact, ...boxes.map(meanOf)])]
}

/** The channel in which a box of colours differs most. */
function widthOf(box: readonly Colour[]): { channel: number; width: number } {
  const widths = [0, 1, 2].map((c) => {
    const values = box.map(({ value }) => channel(value, c))
    return Math.max(...values) - Math.min(...values)
  })
  const width = Math.max(...widths)
  return { channel: widths.indexOf(width), width }
}

function cut(box: readonly Colour[]): [Colour[], Colour[]] {
  const { channel: c } = widthOf(box)
  const sorted = [...box].sort((a, b) => channel(a.value, c) - channel(b.value, c))
  const half = sorted.reduce((sum, { count }) => sum + count, 0) / 2
  let at = 0
  for (let seen = 0; at < sorted.length - 1 && seen < half; at++) seen += sorted[at]?.count ?? 0
  const middle = Math.max(1, at)
  return [sorted.slice(0, middle), sorted.slice(middle)]
}

function meanOf(box: readonly Colour[]): number {
  const total = box.reduce((sum, { count }) => sum + count, 0)
  const mean = (c: number) =>
    Math.round(box.reduce((sum, { value, count }) => sum + channel(value, c) * count, 0) / total)
  return (mean(0) << 16) | (mean(1) << 8) | mean(2)
}

function nearest(palette: readonly number[], value: number): number {
  let best = 0
  let least = Number.POSITIVE_INFINITY
  for (const [index, other] of palette.entries()) {
    let distance = 0
    for (let c = 0; c < 3; c++) distance += (channel(value, c) - channel(other, c)) ** 2
    if (distance < least) [best, least] = [index, distance]
  }
  return best
}

function chunk(type: string, body: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), body])
  const out = Buffer.alloc(8 + named.length)
  out.writeUInt32BE(body.length, 0)
  named.copy(out, 4)
  out.writeUInt32BE(crc32(named), 4 + named.length)
  return out
}

/** The picture with at most 256 colours, a byte a pixel: a third of the size, and text stays sharp. */
export function writeIndexedPng({ width, height, rgb }: Picture): Buffer {
  const at = (pixel: number) =>
    ((rgb[pixel * 3] ?? 0) << 16) | ((rgb[pixel * 3 + 1] ?? 0) << 8) | (rgb[pixel * 3 + 2] ?? 0)
  const counts = new Map<number, number>()
  for (let pixel = 0; pixel < width * height; pixel++) counts.set(at(pixel), (counts.get(at(pixel)) ?? 0) + 1)
  const palette = choosePalette(counts)
  const indexOf = new Map([...counts.keys()].map((value) => [value, nearest(palette, value)]))
  const lines = Buffer.alloc((width + 1) * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) lines[y * (width + 1) + 1 + x] = indexOf.get(at(y * width + x)) ?? 0
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 3, 0, 0, 0], 8)
  const colours = Buffer.from(palette.flatMap((value) => [0, 1, 2].map((c) => channel(value, c))))
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('PLTE', colours),
    chunk('IDAT', deflateSync(lines, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}
