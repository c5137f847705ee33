export { type ThemeChoice, useTheme } from '@/components/ui/use-theme'
