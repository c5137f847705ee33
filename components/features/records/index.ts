export { AuditPage } from './audit-page.tsx'
export { BackupsPage } from './backups-page.tsx'
