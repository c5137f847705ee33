export { SandboxGuide, SandboxStrip, WorkerSwitch } from './sandbox-strip.tsx'
export { noteStep } from './steps.ts'
