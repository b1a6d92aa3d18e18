import { describe, expect, test } from 'vitest';
import { parseCommandLine, usage } from './command-line.ts';
import { environment } from './config.ts';

const parse = (line: string, variables: Record<string, string> = {}) =>
  parseCommandLine(line.split(' ').filter(Boolean), variables);
function refusal(line: string, variables: Record<string, string> = {}): string {
  try {
    parse(line, variables);
  } catch (error) {
    expect(error).toMatchObject({ code: 'usage' });
    return (error as Error).message;
  }
  throw new Error(`accepted: ${line}`);
}

const locker =
  'locker create --name Mill --address Mill --lat -33.8 --long 151.2 --pincode 2000 --country au ' +
  '--time-zone Australia/Sydney --slots S:2,L:1';

describe('run', () => {
  test('is the default, and has defaults', () => {
    expect(parse('')).toEqual(parse('run'));
    expect(parse('--http-port 0')).toEqual(parse('run --http-port 0'));
    expect(parse('run')).toMatchObject({
      name: 'run',
      options: { 'http-port': 8080, 'mqtt-port': 1883, 'ws-port': 8084, link: [] },
    });
  });

  test('takes the environment, and the command line before it', () => {
    const variables = { HTTP_PORT: '81', MQTT_PORT: '82', DATABASE_URL: '', SMTP_URL: 'smtp://h:25' };
    const { options } = parse('run --http-port 80 --link kiosk=http://h:1/?a=b', variables) as {
      options: object;
    };
    expect(options).toMatchObject({
      'http-port': 80,
      'mqtt-port': 82,
      'smtp-url': 'smtp://h:25',
      link: [{ name: 'kiosk', url: 'http://h:1/?a=b' }],
    });
    expect(options).not.toHaveProperty('database-url');
  });

  test.each([
    ['run --http-port 65536', '--http-port (or HTTP_PORT)'],
    ['run --http-port x', '--http-port (or HTTP_PORT)'],
    ['run --smtp-url http://h', '--smtp-url (or SMTP_URL)'],
    ['run --database-url mysql://h', '--database-url (or DATABASE_URL)'],
    ['run --broker-url http://h', '--broker-url (or BROKER_URL)'],
    ['run --link http://h', '--link'],
    ['run --link kiosk=javascript:1', '--link'],
    ['run --prot 1', '--prot'],
    ['run now', 'now'],
    ['run --http-port', '--http-port'],
  ])('%s is refused by its option', (line, words) => {
    expect(refusal(line)).toContain(words);
  });

  test('never repeats a value, which may hold a password', () => {
    expect(refusal('run --smtp-url smtpx://ann:hunter2@h')).not.toContain('hunter2');
    expect(refusal('run', { DATABASE_URL: 'postgrez://ann:hunter2@h' })).not.toContain('hunter2');
    expect(refusal('run --database-url=postgrez://ann:hunter2@h')).not.toContain('hunter2');
  });
});

describe('locker create', () => {
  test('counts slots, knows the south, and has a policy', () => {
    expect(parse(`${locker} --policy settleS=3 --policy unknownBarcodes=refuse`)).toMatchObject({
      options: {
        lat: -33.8,
        slots: ['S', 'S', 'L'],
        policy: { settleS: 3, unknownBarcodes: 'refuse', reopenGraceS: 300, visitIdleS: 30, leftOpenS: 120 },
      },
    });
  });

  test.each([
    ['--lat 91', '--lat'],
    ['--long x', '--long'],
    ['--country AU', '--country'],
    ['--time-zone Mars/Olympus', '--time-zone'],
    ['--slots XL:1', '--slots'],
    ['--slots S:0', '--slots'],
    ['--slots S:999,M:1', '--slots'],
    ['--policy colour=red', '--policy'],
    ['--policy settleS=soon', '--policy settleS'],
    ['--policy settleS=100000', '--policy settleS'],
    ['--name=', '--name'],
    ['--name=a\u202eb', '--name'],
    ['--pincode <b>', '--pincode'],
  ])('with %s is refused by its option', (option, words) => {
    expect(refusal(`${locker} ${option}`)).toContain(words);
  });

  test('says what is missing', () => {
    expect(refusal('locker create')).toMatch(/--name: is missing\n.*--address: is missing/);
  });
});

test.each(['locker', 'locker destroy', 'couriers', 'operator', 'constructor', 'toString x'])(
  '%s is no command, and the usage follows',
  (line) => {
    expect(refusal(line)).toContain(usage);
  },
);

test('operators have one of the roles', () => {
  expect(parse('operator add --name ann --role admin --out f')).toMatchObject({ name: 'operator add' });
  expect(refusal('operator add --name ann --role king --out f')).toContain('--role');
});

test('the usage names every variable', () => {
  for (const name of Object.values(environment)) expect(usage).toContain(name);
  expect(parse('--help')).toEqual({ name: 'help' });
});
