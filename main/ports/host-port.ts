import { z } from 'zod';

/** Where a node is, or where to listen. `host` is a name or an address without brackets. */
export interface HostPort {
  readonly host: string;
  /** 0–65,535; 0, where it is a wish: any. */
  readonly port: number;
}

/** 255 characters are the longest name that DNS has (RFC 1035 §2.3.4). */
export const hostPortSchema = z.object({ host: z.string().min(1).max(255), port: z.int().min(0).max(65_535) });

/** `HOST:PORT`, IPv6 in brackets, as a person writes it. */
export const writtenHostPortSchema = z.string().transform((text, context): HostPort => {
  const match = /^(?:\[(?<six>[0-9a-fA-F:.]+)\]|(?<name>[^:\s]+)):(?<port>\d{1,5})$/u.exec(text);
  const read = hostPortSchema.safeParse({
    host: match?.groups?.['six'] ?? match?.groups?.['name'],
    port: Number(match?.groups?.['port']),
  });
  if (read.success) return read.data;
  context.addIssue({ code: 'custom', message: `${text} is not HOST:PORT` });
  return z.NEVER;
});

/** Where a gateway is, and its key (32 bytes) if it is known. */
export interface WrittenGateway extends HostPort {
  readonly key: Uint8Array | null;
}

/** `HOST:PORT` or `HOST:PORT#KEY`, the key in hex. */
export const writtenGatewaySchema = z.string().transform((text, context): WrittenGateway => {
  const [, place = '', , key] = /^([^#]*)(#([0-9a-f]{64}))?$/u.exec(text) ?? [];
  const at = writtenHostPortSchema.safeParse(place);
  if (at.success && at.data.port > 0)
    return { ...at.data, key: key === undefined ? null : new Uint8Array(Buffer.from(key, 'hex')) };
  context.addIssue({ code: 'custom', message: `${text} is not HOST:PORT#KEY` });
  return z.NEVER;
});

/** As it is shown and logged, and used as a key. */
export const hostPortText = ({ host, port }: HostPort): string => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`);
