// @ts-nocheck The compiler knows no browser in this folder.
// Runs in the browser: the reader's own time, and a fresh list when a mail comes or the mailbox is back.
for (const time of document.querySelectorAll('time'))
  time.textContent = new Date(time.dateTime).toLocaleString();

let wasLost = false;
const events = new EventSource('/events');
events.addEventListener('mail', () => location.reload());
events.addEventListener('error', () => {
  wasLost = true;
});
events.addEventListener('open', () => {
  if (wasLost) location.reload();
});
