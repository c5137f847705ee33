import type { FailureReason } from '../../../lib/schemas/message.ts'
import type { Fact, Facts } from './facts.ts'
import { rootCauseOf } from './root-cause.ts'

/**
 * Class and message of the root cause: from the trace where it names one beneath the outer error, else from the
 * cause's header, else from the outer error's. Frameworks wrap: Spring's outer class is nearly always its own.
 */
export function errorFacts(found: {
  readonly errorClass?: Fact<string> | undefined
  readonly causeClass?: Fact<string> | undefined
  readonly message?: Fact<string> | undefined
  readonly causeMessage?: Fact<string> | undefined
  readonly stack?: Fact<string> | undefined
}): Pick<Facts, 'errorClass' | 'message' | 'stack' | 'reason'> {
  const { errorClass, causeClass, causeMessage, message, stack } = found
  const root = stack && rootCauseOf(stack.value)
  const isDeeper = root && (!root.rule.startsWith('first line') || !(causeClass ?? errorClass))
  const fromTrace = <T extends string>(value: T | undefined): Fact<string> | undefined =>
    value === undefined || !stack || !root ? undefined : { value, header: stack.header, rule: root.rule }
  const rootClass = (isDeeper ? fromTrace(root.errorClass) : undefined) ?? causeClass ?? errorClass
  const rootMessage =
    (isDeeper ? fromTrace(root.message) : undefined) ?? (causeClass ? causeMessage : undefined) ?? message
  const basis = rootClass ?? rootMessage ?? stack
  return {
    errorClass: rootClass,
    message: rootMessage,
    stack,
    reason: basis && {
      value: reasonOfClass(rootClass?.value, errorClass?.value),
      header: basis.header,
      rule: 'kind of error',
    },
  }
}

const words: readonly (readonly [RegExp, FailureReason])[] = [
  [
    /(Deserializ\w*|Serialization|MessageConversion|JsonParse|JsonMapping|JSONDecode)(Exception|Error)$/i,
    'deserialization',
  ],
  [/(RecordTooLarge|MessageTooLarge|PayloadTooLarge)\w*$/i, 'too_large'],
]

function reasonOfClass(...classes: readonly (string | undefined)[]): FailureReason {
  const hit = words.find(([pattern]) => classes.some((name) => name !== undefined && pattern.test(name)))
  return hit?.[1] ?? 'exception'
}
