/**
 * Numbers of the examples of CommonMark 0.31 and GitHub's Markdown 0.29 that the page renders differently, by reason.
 * Examples that differ only in line breaks, which the page keeps, are counted by the test.
 */
function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}

export const COMMONMARK_DIFFERENCES = {
  'HTML that is not allowed is text, and an opening tag needs its closing tag': [
    ...[
      21,
      31,
      ...range(148, 167),
      ...range(169, 191),
      201,
      308,
      309,
      344,
      475,
      476,
      477,
      491,
      494,
      524,
      536,
    ],
    ...[...range(613, 617), 623, ...range(625, 631), 642, 643],
  ],
  'a link without a URL is text': [200, 485, 486, 487, 567],
  'URLs of unknown schemes are text': [500, 598, 599, 601],
  'an image is a link to it, or the text of the link around it': [517, 531],
  'the label of a definition is on one line': [541],
  'URLs without angle brackets are links, as in GitHub’s Markdown': [602, 606, 608, 611, 612],
} as const

export const GFM_DIFFERENCES = {
  'HTML that is not allowed is text, and an opening tag needs its closing tag': [
    ...[
      ...range(118, 137),
      ...range(139, 160),
      170,
      288,
      289,
      317,
      327,
      354,
      484,
      485,
      486,
      501,
      504,
      533,
      545,
    ],
    ...[...range(636, 640), 646, 648, ...range(651, 655), 657, 667, 668],
  ],
  'a link without a URL is text': [169, 496, 497, 576],
  'URLs of unknown schemes are text': [509, 607, 608, 610],
  'an image is a link to it, or the text of the link around it': [526, 540],
  'the label of a definition is on one line': [550],
  'one tilde is a tilde: 5~10': [491],
  'URLs without angle brackets are links, even where the example needs them': [611, 615, 617, 620, 621],
  'schemes before an email address are text, and xmpp is unknown': [633, 634, 635],
} as const
