import { randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 bits: not to be guessed. */
const secretBytes = 32;

/** Lets a page in: a token opens once and turns into a cookie that holds until the app ends. */
export interface Entrance {
  /** A new token; the one before is dead. */
  mint(): string;
  /** True for the living token, once. */
  redeem(token: string): boolean;
  /** `Set-Cookie` for whoever redeemed. */
  readonly cookie: string;
  /** Does this `Cookie` header hold ours? */
  admits(header: string | undefined): boolean;
}

const secret = (): string => randomBytes(secretBytes).toString('base64url');

function equal(one: string, other: string): boolean {
  const a = Buffer.from(one);
  const b = Buffer.from(other);
  return a.length === b.length && timingSafeEqual(a, b);
}

/** @param port cookies know no ports, so two apps on 127.0.0.1 need two names */
export function createEntrance(port: number): Entrance {
  const name = `lilliput-${port}`;
  const session = secret();
  let token: string | null = null;
  return {
    mint() {
      token = secret();
      return token;
    },
    redeem(given) {
      if (token === null || !equal(given, token)) return false;
      token = null;
      return true;
    },
    cookie: `${name}=${session}; Path=/; HttpOnly; SameSite=Strict`,
    admits: (header = '') =>
      header
        .split(';')
        .map((pair) => pair.trim())
        .some((pair) => pair.startsWith(`${name}=`) && equal(pair.slice(name.length + 1), session)),
  };
}
