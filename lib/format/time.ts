export type Zone = 'local' | 'utc'

/** Durations as people say them: "2 s", "4 min", "1 h 12 m", "6 d 2 h". */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (ms < 1000) return ms < 100 ? '0 s' : `${(ms / 1000).toFixed(1)} s`
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return seconds % 60 && minutes < 10 ? `${minutes} m ${seconds % 60} s` : `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return minutes % 60 ? `${hours} h ${minutes % 60} m` : `${hours} h`
  const days = Math.floor(hours / 24)
  return hours % 24 && days < 10 ? `${days} d ${hours % 24} h` : `${days} d`
}

export function formatAge(atIso: string, nowMs: number): string {
  const ageMs = nowMs - Date.parse(atIso)
  if (!Number.isFinite(ageMs)) return 'unknown'
  if (ageMs < 1500) return 'now'
  return `${formatDuration(ageMs)} ago`
}

function partsOf(iso: string, zone: Zone) {
  const date = new Date(iso)
  const pad = (value: number, width = 2) => String(value).padStart(width, '0')
  const utc = zone === 'utc'
  return {
    valid: !Number.isNaN(date.getTime()),
    day: `${utc ? date.getUTCFullYear() : date.getFullYear()}-${pad((utc ? date.getUTCMonth() : date.getMonth()) + 1)}-${pad(utc ? date.getUTCDate() : date.getDate())}`,
    clock: `${pad(utc ? date.getUTCHours() : date.getHours())}:${pad(utc ? date.getUTCMinutes() : date.getMinutes())}:${pad(utc ? date.getUTCSeconds() : date.getSeconds())}`,
    millis: pad(utc ? date.getUTCMilliseconds() : date.getMilliseconds(), 3),
  }
}

/** "09:01:44.213": the clock time; the day is added when it is not today. */
export function formatClock(iso: string, zone: Zone, nowMs: number): string {
  const parts = partsOf(iso, zone)
  if (!parts.valid) return 'unknown'
  const today = partsOf(new Date(nowMs).toISOString(), zone).day
  return parts.day === today ? `${parts.clock}.${parts.millis}` : `${parts.day.slice(5)} ${parts.clock}`
}

/** "2026-07-30 09:01:44": for rows that span days. */
export function formatStamp(iso: string, zone: Zone): string {
  const parts = partsOf(iso, zone)
  return parts.valid ? `${parts.day} ${parts.clock}` : 'unknown'
}

/** The exact time with its offset, as it is copied and shown on hover. */
export function formatExact(iso: string, zone: Zone): string {
  const date = new Date(iso)
  if (Number.isNaN(date.getTime())) return 'unknown time'
  if (zone === 'utc') return date.toISOString()
  const offset = -date.getTimezoneOffset()
  const shifted = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, -1)
  const sign = offset < 0 ? '-' : '+'
  const pad = (value: number) => String(Math.floor(Math.abs(value))).padStart(2, '0')
  return `${shifted}${sign}${pad(offset / 60)}:${pad(Math.abs(offset) % 60)}`
}
