export interface RootCause {
  readonly errorClass: string
  readonly message?: string | undefined
  readonly rule: string
}

const frame = /^\s+at |^\s*\.{3} \d+ |^\s+Suppressed:|^\s*--- End of /
/** A class as Java, .NET, PHP, Ruby, Python and JavaScript write it, then its message. */
const named = /^([A-Za-z_$][\w$]*(?:(?:\.|\\|::|\+)[\w$`]+)*)(?::(?:\s|$)([\s\S]*))?$/
const spring = /^Exception in thread "[^"\n]{0,200}" /

/**
 * The error everything started from: Java's deepest "Caused by:", .NET's innermost "--->", the first block of a
 * Python chain, the last "[cause]:" of JavaScript, else the first line. Null when the text is no trace.
 */
export function rootCauseOf(trace: string): RootCause | null {
  const lines = trace.replace(spring, '').split(/\r?\n/)
  const python = lines.findIndex((line) => line.startsWith('Traceback (most recent call last)'))
  if (python >= 0) return pythonRoot(lines.slice(python + 1))
  const caused = lines.findLastIndex((line) => line.startsWith('Caused by: '))
  if (caused >= 0) return causeAt(lines, caused, 'Caused by: '.length, 'deepest "Caused by" of the trace')
  const cause = lines.findLastIndex((line) => /^\s*\[cause\]: /.test(line))
  if (cause >= 0) {
    const start = (lines[cause] ?? '').indexOf(']: ') + 3
    return causeAt(lines, cause, start, 'innermost [cause] of the trace')
  }
  const arrow = lines.findLastIndex((line) => line.includes('---> '))
  if (arrow >= 0) {
    const line = lines[arrow] ?? ''
    return causeAt(lines, arrow, line.lastIndexOf('---> ') + 5, 'innermost "--->" of the trace')
  }
  return causeAt(lines, 0, 0, 'first line of the trace')
}

/** From one line on, its message running on until the first frame. */
function causeAt(lines: readonly string[], at: number, start: number, rule: string): RootCause | null {
  const rest = lines.slice(at + 1)
  const end = rest.findIndex((line) => frame.test(line) || line.startsWith('Caused by: '))
  const text = [(lines[at] ?? '').slice(start), ...(end < 0 ? [] : rest.slice(0, end))].join('\n')
  return parseNamed(text, rule)
}

/** The first unindented line after the frames of the first block. */
function pythonRoot(lines: readonly string[]): RootCause | null {
  const last = lines.find((line) => line !== '' && !/^\s/.test(line))
  return last === undefined ? null : parseNamed(last, 'last line of the first traceback')
}

function parseNamed(text: string, rule: string): RootCause | null {
  // .NET writes an error code behind the class: `System.Net.Sockets.SocketException (111): Connection refused`.
  const match = named.exec(text.trim().replace(/^([\w.$+`]{1,300}) \((?:0x)?[0-9A-Fa-f]{1,12}\):/, '$1:'))
  const errorClass = match?.[1]
  if (errorClass === undefined || errorClass.length > 500) return null
  const message = match?.[2]?.trim().slice(0, 8_192)
  return message ? { errorClass, message, rule } : { errorClass, rule }
}

const errorWord = /(Error|Exception|Failure|Fault|Timeout|Interrupt|Panic)\w*$/

/** `ValueError: no such order` in one text: class and message, when the first word is an error's name. */
export function splitCause(text: string): RootCause | null {
  const firstLine = text.split('\n', 1)[0] ?? ''
  const found = parseNamed(firstLine.slice(0, 8_192), 'the name before the colon')
  return found && errorWord.test(found.errorClass) ? found : null
}
