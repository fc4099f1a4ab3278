/** A measure, a share or a time, to one decimal; never an amount of money. */
export function oneDecimal(value: number): string {
  return value.toLocaleString('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}
