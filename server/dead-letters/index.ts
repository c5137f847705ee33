export { detectDeadLetters } from './detect.ts'
export { hintsOf } from './hints.ts'
export { readFailure } from './read-failure.ts'
