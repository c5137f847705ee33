import { Fact } from '@/components/ui/card'
import { MeasureText } from '@/components/ui/measure-text'
import { measure } from '@/lib/format/reading'
import type { Reading, Readings } from '@/lib/schemas/reading'
import { helpOf, labelOf } from './metric-words.ts'

interface DerivedFactsProps {
  readonly readings: Readings
  /** Which of them, in this order; those nobody told are left out. */
  readonly names: readonly string[]
}

/** Readings that follow from others, where there are any: each says on hover what it means and how it comes about. */
export function DerivedFacts({ readings, names }: DerivedFactsProps) {
  return names.flatMap((name) => {
    const reading = readings[name]
    if (!reading || (reading.state === 'unavailable' && !reading.last)) return []
    return (
      <Fact key={name} label={labelOf(name)} hint={hintOf(name, reading)}>
        {reading.state === 'unsupported' ? (
          <span className="text-ink-3" title={reading.reason}>
            {name === 'timeToDrain' ? 'never' : '—'}
          </span>
        ) : (
          <MeasureText
            measure={withFormula(reading, name)}
            suffix={unitOf(reading) === 'per-second' ? '/s' : undefined}
          />
        )}
      </Fact>
    )
  })
}

function unitOf(reading: Reading) {
  if (reading.state === 'unavailable') return reading.last?.unit
  return reading.state === 'ok' ? reading.unit : undefined
}

function withFormula(reading: Reading, name: string) {
  const drawn = measure(reading)
  return { ...drawn, title: `${hintOf(name, reading)}\n${drawn.title}` }
}

/** "How long a message is held…. Estimated: unacknowledged ÷ acknowledgements a second". */
function hintOf(name: string, reading: Reading): string {
  const told = reading.state === 'unavailable' ? reading.last : reading.state === 'ok' ? reading : undefined
  const formula = typeof told?.detail?.formula === 'string' ? told.detail.formula : null
  const quality = told ? `${told.quality.charAt(0).toUpperCase()}${told.quality.slice(1)}` : null
  return [helpOf(name), formula && quality ? `${quality}: ${formula}` : null].filter(Boolean).join('. ')
}
