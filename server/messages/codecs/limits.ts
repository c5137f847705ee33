/** How much of a payload is carried and how far it is unwrapped: what a hostile or huge one may cost. */
export interface DecodeLimits {
  /** Carried byte for byte up to here; beyond, `truncated`. */
  readonly wholeBytes: number
  /** Text shown of it. */
  readonly textBytes: number
  /** JSON is parsed up to here. */
  readonly jsonBytes: number
  /** What one layer may unwrap to. */
  readonly layerBytes: number
}

const kib = 1024
const mib = 1024 * kib

/** In lists bodies are whole up to 64 KiB. */
export const listLimits: DecodeLimits = {
  wholeBytes: 64 * kib,
  textBytes: 64 * kib,
  jsonBytes: 64 * kib,
  layerBytes: mib,
}
/** One message, opened by a person; larger bodies are read as a stream of bytes. */
export const singleLimits: DecodeLimits = {
  wholeBytes: 8 * mib,
  textBytes: 8 * mib,
  jsonBytes: 2 * mib,
  layerBytes: 16 * mib,
}

/** Layers that are unwrapped one inside the other. */
export const maxLayers = 4
/** A layer that unwraps to more than its size times this is a bomb, once it passes `ratioFreeBytes`. */
export const maxRatio = 200
export const ratioFreeBytes = mib
/** JSON nested deeper is shown as text only: everything recursive after us would break on it. */
export const maxJsonDepth = 200
/** Of what is no text, this much is shown as hex. */
export const hexBytes = 16 * kib

/**
 * What the views of one answer may cost together, in bytes unwrapped and shown, so that a page of small bombs is no
 * large one. Once something did not fit it is spent.
 */
export class ViewBudget {
  #left: number

  constructor(bytes: number) {
    this.#left = bytes
  }

  get isSpent(): boolean {
    return this.#left <= 0
  }

  /** False when there is no room left for as much. */
  take(bytes: number): boolean {
    const fits = bytes <= this.#left
    this.#left = fits ? this.#left - bytes : 0
    return fits
  }
}
