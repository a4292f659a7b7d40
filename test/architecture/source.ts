import { parseSync } from 'vite';
import { z } from 'zod';

/** One import, export-from or `import()` of a source file. */
export interface Import {
  /** Path from the root for a relative import, else the package's specifier as written. */
  readonly target: string;
  readonly isRelative: boolean;
  /** True if nothing of it is left at run time. */
  readonly isTypeOnly: boolean;
}

export interface Source {
  /** From the root, with forward slashes. */
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly Import[];
  /** Every identifier in the code, for rules of the kind "only one file touches X"; comments and strings don't count. */
  readonly identifiers: ReadonlySet<string>;
  /** `object.property` for every plain member access, for the same purpose. */
  readonly members: ReadonlySet<string>;
  /** The names under which it exposes something to the page with `contextBridge.exposeInMainWorld`. */
  readonly exposes: readonly string[];
}

/** Any node of the syntax tree: its type, and children of which nothing is known. Looked at by hand: there are millions. */
interface Node {
  readonly type: string;
  readonly [child: string]: unknown;
}

const isNode = (value: object): value is Node => 'type' in value && typeof value.type === 'string';

/** The name of an identifier; undefined: it is none. */
const nameOf = (value: unknown): string | undefined =>
  typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string' ? value.name : undefined;

const literal = z.object({ value: z.string() });
const named = z.object({ name: z.string() });
const exposing = z.object({ callee: z.object({ property: named }), arguments: z.tuple([literal]).rest(z.unknown()) });

/**
 * Parses one TypeScript file.
 * @throws {Error} if it has a syntax error: a file that can't be read can't be judged
 */
export function parseSource(path: string, text: string): Source {
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message ?? 'syntax error'}`);
  const imports: Import[] = [];
  const identifiers = new Set<string>();
  const members = new Set<string>();
  const exposes: string[] = [];
  for (const node of nodesOf(program)) {
    const found = importOf(path, node);
    if (found !== undefined) imports.push(found);
    const name = node.type === 'Identifier' ? nameOf(node) : undefined;
    if (name !== undefined) identifiers.add(name);
    if (node.type === 'MemberExpression') {
      const [object, property] = [nameOf(node['object']), nameOf(node['property'])];
      if (object !== undefined && property !== undefined) members.add(`${object}.${property}`);
    }
    const exposed = node.type === 'CallExpression' ? exposedName(node) : undefined;
    if (exposed !== undefined) exposes.push(exposed);
  }
  return { path, lines: text.split('\n').length - 1, imports, identifiers, members, exposes };
}

function* nodesOf(value: unknown): Generator<Node> {
  if (Array.isArray(value)) {
    for (const item of value) yield* nodesOf(item);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  if (isNode(value)) yield value;
  for (const child of Object.values(value)) yield* nodesOf(child);
}

function importOf(path: string, node: Node): Import | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
      return toImport(path, node['source'], node['importKind'] === 'type' || onlyTypes(node['specifiers'], 'importKind'));
    case 'ExportNamedDeclaration':
      return toImport(path, node['source'], node['exportKind'] === 'type' || onlyTypes(node['specifiers'], 'exportKind'));
    case 'ExportAllDeclaration':
      return toImport(path, node['source'], node['exportKind'] === 'type');
    case 'ImportExpression':
      return toImport(path, node['source'], false);
    case 'TSImportType':
      return toImport(path, node['source'], true);
    default:
      return undefined;
  }
}

/** `import { type A, type B }` leaves nothing at run time (our bundlers drop it); `import 'x'` and `import {}` do. */
function onlyTypes(specifiers: unknown, kind: 'importKind' | 'exportKind'): boolean {
  const parsed = z.array(z.looseObject({})).safeParse(specifiers);
  return parsed.success && parsed.data.length > 0 && parsed.data.every((specifier) => specifier[kind] === 'type');
}

function toImport(path: string, source: unknown, isTypeOnly: boolean): Import | undefined {
  const parsed = literal.safeParse(source);
  if (!parsed.success) return undefined;
  const specifier = parsed.data.value.replace(/\?.*$/, '');
  const isRelative = specifier.startsWith('.');
  return { target: isRelative ? resolve(path, specifier) : specifier, isRelative, isTypeOnly };
}

function resolve(from: string, specifier: string): string {
  const parts = from.split('/').slice(0, -1);
  for (const part of specifier.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}

function exposedName(node: Node): string | undefined {
  const call = exposing.safeParse(node);
  return call.success && call.data.callee.property.name === 'exposeInMainWorld' ? call.data.arguments[0].value : undefined;
}
