import { escapeHtml } from '../papers/index.ts';

export const MAIL_FONTS = {
  serif: "Georgia,'Times New Roman',serif",
  sans: "-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif",
} as const;

/** Colours of the page; classes carry the dark ones, for programs that ask. */
export const MAIL_COLOURS = {
  paper: '#fbfaf7',
  ink: '#1b1a17',
  secondary: '#5d584e',
  hairline: '#d9d5cb',
  accent: '#9b2c1f',
} as const;
const { serif: SERIF, sans: SANS } = MAIL_FONTS;
const { paper: PAPER, ink: INK, secondary: SECONDARY, hairline: HAIRLINE } = MAIL_COLOURS;

const STYLE = `
:root{color-scheme:light dark;supported-color-schemes:light dark}
body{margin:0;padding:0}
a{color:inherit}
@media (max-width:480px){.lead{font-size:24px!important;line-height:30px!important}.edge{padding-left:16px!important;padding-right:16px!important}}
@media (prefers-color-scheme:dark){
.paper{background:#151412!important}
.ink{color:#ece8df!important}
.quiet{color:#a49d8f!important}
.line{border-color:#34312b!important}
.strong-line{border-color:#ece8df!important}
.accent{color:#ef8b7c!important}
}`.replace(/\n/g, '');

/**
 * A letter as HTML for mail programs: one column of at most 600 px that holds at 320, tables and styles in place as old
 * programs need them, system fonts, no pictures, dark colours where they are asked for.
 * @param heading HTML, like rows and foot; the rest is text
 */
export function mailPage({
  title,
  preheader,
  siteName,
  address,
  heading,
  rows,
  foot,
}: Readonly<Record<'title' | 'preheader' | 'siteName' | 'address' | 'heading' | 'rows' | 'foot', string>>): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body class="paper" style="margin:0;padding:0;background:${PAPER}">
<div style="display:none;max-height:0;overflow:hidden">${escapeHtml(preheader)}</div>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" class="paper" style="background:${PAPER}"><tr><td align="center">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px;table-layout:fixed">
<tr><td class="edge" style="padding:24px 24px 0">
<div class="ink strong-line" style="border-bottom:1px solid ${INK};padding-bottom:8px;font:bold 30px/34px ${SERIF};letter-spacing:-.5px;color:${INK}"><a href="${escapeHtml(address)}/" class="ink" style="color:${INK};text-decoration:none">${escapeHtml(siteName)}</a></div>
<h1 class="quiet" style="margin:8px 0 0;font:normal 14px/20px ${SANS};color:${SECONDARY}">${heading}</h1>
</td></tr>
${rows}
<tr><td class="edge" style="padding:24px">
<div class="quiet line" style="border-top:1px solid ${HAIRLINE};padding-top:12px;font:13px/22px ${SANS};color:${SECONDARY}">
${foot}
</div></td></tr>
</table>
</td></tr></table>
</body>
</html>
`;
}
