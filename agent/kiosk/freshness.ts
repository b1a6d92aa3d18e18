/**
 * A screen runs for months, and an agent that comes back may be a newer one: then its page names another script than
 * this one, and is loaded.
 */
export async function reloadIfOutdated(): Promise<void> {
  const script = document.querySelector('script[type=module]')?.getAttribute('src');
  if (!script) return;
  try {
    const response = await fetch('/', { cache: 'no-store' });
    if (response.ok && !(await response.text()).includes(script)) location.reload();
  } catch {
    // Gone again; the next return asks anew.
  }
}
