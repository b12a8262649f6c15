/** Answers in the shape of real ones; their texts are our own. */
export function rssFeed(items: { id: string; version?: number; kind?: string; title?: string }[]): string {
  return `<?xml version='1.0' encoding='UTF-8'?>
<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/" version="2.0">
<channel><title>cs.LG updates on arXiv.org</title><link>http://rss.arxiv.org/rss/cs.LG</link>
${items
  .map(
    ({
      id,
      version = 1,
      kind = 'new',
      title = `A paper called ${id}`,
    }) => `<item><title>${title}</title><link>https://arxiv.org/abs/${id}</link>
<description>arXiv:${id}v${version} Announce Type: ${kind}
Abstract: We describe the paper ${id} in words of our own.</description>
<guid isPermaLink="false">oai:arXiv.org:${id}v${version}</guid><category>cs.LG</category><category>stat.ML</category>
<pubDate>Thu, 15 Jan 2026 00:00:00 -0500</pubDate><arxiv:announce_type>${kind}</arxiv:announce_type>
<dc:rights>http://creativecommons.org/licenses/by/4.0/</dc:rights><dc:creator>Ada Löwe, Bo Chen</dc:creator></item>`,
  )
  .join('\n')}
</channel></rss>`;
}

export function atomFeed(
  entries: { id: string; version?: number; comment?: string }[],
  total = entries.length,
): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom">
<title>ArXiv Query</title><opensearch:totalResults>${total}</opensearch:totalResults><opensearch:startIndex>0</opensearch:startIndex>
${entries
  .map(
    ({
      id,
      version = 1,
      comment,
    }) => `<entry><id>http://arxiv.org/abs/${id}v${version}</id><updated>2026-01-10T00:00:00Z</updated><published>2026-01-05T00:00:00Z</published>
<title>A paper called
  ${id}</title><summary>  An abstract of ${id},
 over two lines. </summary><author><name>Ada Löwe</name></author><author><name>Bo Chen</name><arxiv:affiliation>Somewhere</arxiv:affiliation></author>
${comment ? `<arxiv:comment>${comment}</arxiv:comment>` : ''}<arxiv:primary_category term="cs.LG"/><category term="cs.LG"/><category term="stat.ML"/></entry>`,
  )
  .join('\n')}</feed>`;
}

export const atomError = `<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>ArXiv Query</title>
<entry><id>http://arxiv.org/api/errors#incorrect_id_format_for_x</id><title>Error</title><summary>incorrect id format for x</summary></entry></feed>`;

export function oaiPage(ids: string[], token?: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-01-15T00:00:00Z</responseDate><ListRecords>
${ids
  .map(
    (
      id,
    ) => `<record><header><identifier>oai:arXiv.org:${id}</identifier><datestamp>2026-01-14</datestamp><setSpec>cs:cs:LG</setSpec></header><metadata>
<arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/"><id>${id}</id><submitter>Somebody</submitter>
<version version="v1"><date>Mon, 05 Jan 2026 10:00:00 GMT</date><size>10kb</size></version>
<version version="v2"><date>Wed, 14 Jan 2026 10:00:00 GMT</date><size>0kb</size><source_type>I</source_type></version>
<title>A paper called ${id}</title><authors>Ada L\\"owe (1), Bo Chen (1 and 2), and C. D. Ray ((1) Here, (2) There)</authors>
<categories>cs.LG stat.ML</categories><comments>withdrawn: an error in section 2</comments><license>http://arxiv.org/licenses/nonexclusive-distrib/1.0/</license>
<abstract>An abstract of ${id}.</abstract></arXivRaw></metadata></record>`,
  )
  .join('\n')}
<resumptionToken>${token ?? ''}</resumptionToken></ListRecords></OAI-PMH>`;
}

export function oaiError(code: string, text: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><error code="${code}">${text}</error></OAI-PMH>`;
}

export function dailyItem(
  id: string,
  fields: Record<string, unknown> = {},
  top: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    paper: {
      id,
      authors: [
        { _id: '65a000000000000000000001', name: 'Ada Löwe', hidden: false },
        { _id: '65a000000000000000000002', name: 'Somebody Hidden', hidden: true },
      ],
      publishedAt: '2026-01-13T18:00:00.000Z',
      submittedOnDailyAt: '2026-01-15T03:12:00.000Z',
      submittedOnDailyBy: { _id: '65a000000000000000000003', fullname: 'A Submitter', user: 'submitter' },
      title: `A paper called ${id}`,
      summary: 'Words of our own.',
      upvotes: 12,
      ...fields,
    },
    publishedAt: '2026-01-13T13:00:00.000Z',
    title: `A paper called ${id}`,
    numComments: 2,
    submittedBy: { fullname: 'A Submitter', name: 'submitter' },
    ...top,
  };
}
