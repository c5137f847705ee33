import { z } from 'zod'
import { problemSchema } from './problem.ts'
import { readingsSchema } from './reading.ts'

/** One server of a broker: its state, what it uses against its limits, and each trouble in a sentence. */
export const nodeSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    /** running, down, unknown, or the broker's own word. */
    state: z.string(),
    /** controller, master, replica … */
    role: z.string().optional(),
    version: z.string().optional(),
    /** When it was started, where it tells: another time is a restart. */
    startedAt: z.iso.datetime({ precision: 3 }).optional(),
    /** memory, memoryLimit, disk (free), diskLimit, fileHandles, fileHandlesLimit, connections … */
    readings: readingsSchema,
    problems: z.array(problemSchema),
  })
  .meta({ id: 'Node' })
export type Node = z.infer<typeof nodeSchema>
