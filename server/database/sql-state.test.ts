import { describe, expect, test } from 'vitest';
import {
  isConnectionError,
  isIntegrityError,
  isSerializationError,
  sqlFailure,
  sqlState,
} from './sql-state.ts';

function withCode(code: string): Error {
  return Object.assign(new Error('it failed'), { code });
}

describe('an error is told by its SQLSTATE or its socket code', () => {
  test.each([
    ['08006', 'connection'],
    ['57P01', 'connection'],
    ['57P03', 'connection'],
    ['53300', 'connection'],
    ['ECONNREFUSED', 'connection'],
    ['ENOENT', 'connection'],
    ['40001', 'serialization'],
    ['40P01', 'serialization'],
    ['23505', 'integrity'],
    ['23503', 'integrity'],
    ['23514', 'integrity'],
    ['42P01', 'other'],
    ['22P02', 'other'],
    ['57014', 'other'],
    ['28P01', 'other'],
  ] as const)('%s is %s', (code, failure) => {
    expect(sqlFailure(withCode(code))).toBe(failure);
  });
});

test('a wrapped error is told by its cause', () => {
  const error = new Error('outer', { cause: new Error('middle', { cause: withCode('40001') }) });
  expect(isSerializationError(error)).toBe(true);
  expect(sqlState(error)).toBe('40001');
});

test('pg’s errors without a code are told by their text', () => {
  expect(isConnectionError(new Error('Connection terminated unexpectedly'))).toBe(true);
  expect(isConnectionError(new Error('timeout exceeded when trying to connect'))).toBe(true);
  expect(isConnectionError(new Error('Query read timeout'))).toBe(true);
  expect(isConnectionError(new Error('the parcel’s Connection terminated'))).toBe(false);
});

test('what is no error is none of them', () => {
  for (const thing of [undefined, null, 'ECONNREFUSED', { code: '23505' }])
    expect([isConnectionError(thing), isIntegrityError(thing), isSerializationError(thing)]).toEqual([
      false,
      false,
      false,
    ]);
});
