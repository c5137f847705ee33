import type { Tone } from './model.ts'

/** Whole class names, so that they are found where styles are gathered. */
export const strokeClass: Record<Tone, string> = {
  s1: 'stroke-s1',
  s2: 'stroke-s2',
  s3: 'stroke-s3',
  s4: 'stroke-s4',
  s5: 'stroke-s5',
  s6: 'stroke-s6',
  s7: 'stroke-s7',
  s8: 'stroke-s8',
  crit: 'stroke-crit',
}
export const fillClass: Record<Tone, string> = {
  s1: 'fill-s1',
  s2: 'fill-s2',
  s3: 'fill-s3',
  s4: 'fill-s4',
  s5: 'fill-s5',
  s6: 'fill-s6',
  s7: 'fill-s7',
  s8: 'fill-s8',
  crit: 'fill-crit',
}
export const dotClass: Record<Tone, string> = {
  s1: 'bg-s1',
  s2: 'bg-s2',
  s3: 'bg-s3',
  s4: 'bg-s4',
  s5: 'bg-s5',
  s6: 'bg-s6',
  s7: 'bg-s7',
  s8: 'bg-s8',
  crit: 'bg-crit',
}

/** In the order in which series of a comparison get them. */
export const palette = ['s1', 's2', 's3', 's4', 's5', 's6', 's7', 's8'] as const satisfies readonly Tone[]
