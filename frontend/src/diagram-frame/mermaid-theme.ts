/** Mermaid's theme: the colours of `styles/tokens.css`, in hexadecimal because Mermaid derives shades from them. */
import type { MermaidConfig } from 'mermaid'

const FONT =
  "'Inter Variable', 'Noto Sans TC', 'Noto Sans CJK TC', 'PingFang TC', 'Microsoft JhengHei', system-ui, sans-serif"

const LIGHT = {
  background: '#ffffff',
  primaryColor: '#e3f0ee',
  primaryBorderColor: '#6ea39e',
  primaryTextColor: '#202422',
  secondaryColor: '#f0efe9',
  secondaryBorderColor: '#b9b6a8',
  secondaryTextColor: '#202422',
  tertiaryColor: '#f6f7f6',
  tertiaryBorderColor: '#cfd3d1',
  tertiaryTextColor: '#202422',
  lineColor: '#68706d',
  textColor: '#202422',
  noteBkgColor: '#f6f1dc',
  noteBorderColor: '#cdbf87',
  noteTextColor: '#202422',
  edgeLabelBackground: '#ffffff',
}

const DARK = {
  background: '#242727',
  primaryColor: '#1f3a38',
  primaryBorderColor: '#4c8983',
  primaryTextColor: '#e6e9e8',
  secondaryColor: '#35352f',
  secondaryBorderColor: '#77756a',
  secondaryTextColor: '#e6e9e8',
  tertiaryColor: '#2c302f',
  tertiaryBorderColor: '#565d5b',
  tertiaryTextColor: '#e6e9e8',
  lineColor: '#9aa3a0',
  textColor: '#e6e9e8',
  noteBkgColor: '#3a3626',
  noteBorderColor: '#7d7247',
  noteTextColor: '#e6e9e8',
  edgeLabelBackground: '#242727',
}

/** Colours for categories: slices, branches, sections. */
const LIGHT_KINDS = ['#8cc3bd', '#e3bf86', '#aab8de', '#dea398', '#b9d097', '#cbacd1', '#9fcbde', '#d1c9aa']
const DARK_KINDS = ['#2f6f6a', '#83662f', '#4d5d8c', '#8a4f46', '#57733a', '#74537b', '#3a6c84', '#706a4b']

/** Gantt charts need a minimum width, or their dates overlap. */
const MIN_WIDTH = 640

export function mermaidTheme(isDark: boolean, width: number): MermaidConfig {
  const colours = isDark ? DARK : LIGHT
  return {
    theme: 'base',
    fontFamily: FONT,
    themeVariables: {
      ...colours,
      ...kindsOf(isDark ? DARK_KINDS : LIGHT_KINDS, colours.textColor),
      gridColor: colours.tertiaryBorderColor,
      pieStrokeColor: colours.background,
      pieOuterStrokeWidth: '0px',
      pieOpacity: '1',
      darkMode: isDark,
      fontFamily: FONT,
      fontSize: '14px',
    },
    gantt: { useWidth: Math.max(width, MIN_WIDTH), axisFormat: '%m/%d' },
  }
}

function kindsOf(colours: string[], text: string): Record<string, string> {
  const named = colours.flatMap((colour, index) => [
    [`pie${index + 1}`, colour],
    [`cScale${index}`, colour],
    [`cScaleLabel${index}`, text],
  ])
  return Object.fromEntries(named) as Record<string, string>
}
