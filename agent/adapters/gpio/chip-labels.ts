/** The chips whose lines are the pins of a Raspberry Pi's header: models 0 to 3, 4, and 5. */
export const PI_CHIP_LABELS = ['pinctrl-bcm2835', 'pinctrl-bcm2711', 'pinctrl-rp1'] as const;

/** For a message about a chip that is not there. */
export function noSuchChip(labels: readonly string[], seen: readonly string[]): string {
  const there = seen.length === 0 ? 'there is none' : `there is ${seen.join(', ')}`;
  return `no GPIO chip is labelled ${labels.join(' or ')}; ${there}`;
}
