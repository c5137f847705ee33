import { deflateSync, inflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { choosePalette, type Picture, readPng, writeIndexedPng } from './png.ts'

/** A PNG as a browser writes it, each line with the filter of its number; `lines` are already filtered. */
function pngOf(width: number, height: number, colourType: number, lines: Buffer): Buffer {
  const part = (type: string, body: Buffer) => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(body.length)
    return Buffer.concat([length, Buffer.from(type, 'latin1'), body, Buffer.alloc(4)])
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, colourType, 0, 0, 0], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    part('IHDR', head),
    part('IDAT', deflateSync(lines)),
    part('IEND', Buffer.alloc(0)),
  ])
}

/** Reads back what `writeIndexedPng` wrote: one palette, one index a pixel, no filter. */
function readIndexed(file: Buffer, { width, height }: Picture): number[][] {
  const find = (type: string) => {
    const at = file.indexOf(type, 8, 'latin1')
    return file.subarray(at + 4, at + 4 + file.readUInt32BE(at - 4))
  }
  const palette = find('PLTE')
  const lines = inflateSync(find('IDAT'))
  return Array.from({ length: width * height }, (_, pixel) => {
    const index = lines[Math.floor(pixel / width) * (width + 1) + 1 + (pixel % width)] ?? 0
    return [...palette.subarray(index * 3, index * 3 + 3)]
  })
}

describe('reading', () => {
  it('undoes each of the five filters', () => {
    // Every line becomes 10 20 30, 40 50 60; written against its left, upper, mean and Paeth neighbours.
    const lines = Buffer.from([
      ...[0, 10, 20, 30, 40, 50, 60],
      ...[1, 10, 20, 30, 30, 30, 30],
      ...[2, 0, 0, 0, 0, 0, 0],
      ...[3, 5, 10, 15, 15, 15, 15],
      ...[4, 0, 0, 0, 0, 0, 0],
    ])
    const { rgb } = readPng(pngOf(2, 5, 2, lines))
    expect([...rgb]).toEqual(Array.from({ length: 5 }, () => [10, 20, 30, 40, 50, 60]).flat())
  })

  it('leaves the alpha channel out', () => {
    const { rgb } = readPng(pngOf(2, 1, 6, Buffer.from([0, 1, 2, 3, 255, 4, 5, 6, 255])))
    expect([...rgb]).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('refuses what it does not know', () => {
    expect(() => readPng(Buffer.from('GIF89a and more'))).toThrow('no PNG')
    expect(() => readPng(pngOf(1, 1, 3, Buffer.from([0, 0])))).toThrow('not read here')
  })
})

describe('writing', () => {
  it('keeps a picture of few colours as it is', () => {
    const picture = { width: 3, height: 2, rgb: Uint8Array.from({ length: 18 }, (_, i) => (i * 37) % 256) }
    const pixels = readIndexed(writeIndexedPng(picture), picture)
    expect(pixels.flat()).toEqual([...picture.rgb])
  })

  it('brings many colours down to 256, the common ones exactly and the others closely', () => {
    const [width, height] = [64, 64]
    const rgb = new Uint8Array(width * height * 3)
    for (let pixel = 0; pixel < width * height; pixel++)
      rgb.set(pixel < 1_000 ? [250, 250, 249] : [pixel % 256, (pixel >> 4) % 256, 90], pixel * 3)
    const picture = { width, height, rgb }
    const pixels = readIndexed(writeIndexedPng(picture), picture)
    expect(new Set(pixels.map(String)).size).toBeLessThanOrEqual(256)
    expect(pixels.slice(0, 1_000)).toEqual(Array(1_000).fill([250, 250, 249]))
    const off = pixels.map((pixel, at) =>
      Math.max(...pixel.map((v, c) => Math.abs(v - (rgb[at * 3 + c] ?? 0)))),
    )
    expect(Math.max(...off)).toBeLessThanOrEqual(24)
  })

  it('chooses no colour twice', () => {
    const counts = new Map(Array.from({ length: 5_000 }, (_, i) => [i * 3_001, 1 + (i % 7)]))
    const palette = choosePalette(counts)
    expect(new Set(palette).size).toBe(palette.length)
    expect(palette.length).toBeLessThanOrEqual(256)
  })
})
