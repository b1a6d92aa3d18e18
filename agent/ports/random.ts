/** The only source of randomness in the agent. Never fails; cryptographically strong in production. */
export interface Random {
  bytes(count: number): Uint8Array;
}
