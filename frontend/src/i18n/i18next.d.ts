import type { LabTexts, Translation } from '@/i18n/translation'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation'
    resources: { translation: Translation; lab: LabTexts }
  }
}
