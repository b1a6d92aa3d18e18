interface Props {
  /** Of a locker here, to book at. */
  pincode: string | undefined;
  /** Where a neighbouring page is, if the server knows. */
  urlOf: (name: string) => string | undefined;
}

/** How one person plays customer, courier and recipient in a minute. */
export function Walkthrough({ pincode, urlOf }: Props) {
  const book = pincode === undefined ? '/book' : `/book?pincode=${encodeURIComponent(pincode)}`;
  const place = (name: string, words: string) => {
    const url = urlOf(name);
    return url === undefined ? (
      words
    ) : (
      <a href={url} target="_blank" rel="noopener">
        {words}
      </a>
    );
  };
  return (
    <section class="card">
      <h2>Play a parcel’s life</h2>
      <ol class="steps">
        <li>
          <strong>Customer:</strong> <a href={book}>book a slot</a> with any e-mail address. The page that
          follows shows the label that your parcel bears; {place('mailbox', 'the mailbox')} gets your code.
        </li>
        <li>
          <strong>Courier:</strong> open {place('kiosk', 'the kiosk')} beside {place('panel', 'the cabinet')}.
          On the cabinet page, scan the courier’s badge: press its button under “Scanner” (it is also printed
          where Latchwork was started). Then type the label there and scan it.
        </li>
        <li>
          A door springs open: put the parcel in and push the door shut. Press “No more parcels” at the kiosk,
          or scan the next label.
        </li>
        <li>
          <strong>Recipient:</strong> type the code from the mail at the kiosk, take the parcel out, push the
          door shut.
        </li>
        <li>
          Do it once more with the network cut: the switch is on the cabinet page, at its top. Parcels and
          codes work all the same, and <a href="/ops">operations</a> hears of it later.
        </li>
      </ol>
    </section>
  );
}
