import type { Mail } from './mail-store.ts';

/** The list of mails, with the opened one beside it. */
export function mailboxPage(mails: readonly Mail[], opened: Mail | undefined): string {
  const title = opened ? `${opened.subject || 'No subject'} – Mailbox` : 'Mailbox';
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${escapeHtml(title)}</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/mailbox.css">
    <script src="/mailbox.js" defer></script>
  </head>
  <body class="${opened ? 'reading' : 'listing'}">
    <header>
      <h1><a href="/">Mailbox</a></h1>
      <p>Every mail that this machine sends ends here, whoever it is for. New ones appear by themselves.</p>
    </header>
    <main class="columns">
      <nav aria-label="Mails">${mails.length === 0 ? '<p class="none">No mail yet.</p>' : list(mails, opened)}</nav>
      <div class="mail">${opened ? reading(opened) : '<p class="none">Choose a mail to read it.</p>'}</div>
    </main>
  </body>
</html>
`;
}

/** The HTML of a mail as it came; whoever serves it sees to it that nothing in it can act. */
export function mailFrame(html: string): string {
  // Links open beside the mailbox: the frame itself may go nowhere.
  return `<base target="_blank">${html}`;
}

function list(mails: readonly Mail[], opened: Mail | undefined): string {
  const rows = mails.map(
    (mail) => `<li><a href="/mails/${mail.id}"${mail === opened ? ' aria-current="page"' : ''}>
      <strong>${escapeHtml(mail.subject || 'No subject')}</strong>
      <span>${escapeHtml(mail.to)}</span>
      ${time(mail)}
    </a></li>`,
  );
  return `<ol>${rows.join('\n')}</ol>`;
}

function reading(mail: Mail): string {
  const text = `<pre>${escapeHtml(mail.text)}</pre>`;
  const frame = `<iframe sandbox="allow-popups allow-popups-to-escape-sandbox" title="The mail" src="/mails/${mail.id}/html"></iframe>
      <details><summary>As plain text</summary>${text}</details>`;
  return `<article>
      <h2>${escapeHtml(mail.subject || 'No subject')}</h2>
      <p class="facts">To ${escapeHtml(mail.to)}, from ${escapeHtml(mail.from || 'nobody')}, ${time(mail)}</p>
      ${mail.html === null ? text : frame}
    </article>`;
}

/** In UTC as sent; the page's script turns it into the reader's own time. */
function time({ at }: Mail): string {
  return `<time datetime="${escapeHtml(at)}">${escapeHtml(at.slice(0, 16).replace('T', ' '))} UTC</time>`;
}

/** Mails are other people's words. */
function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
